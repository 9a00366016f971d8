"""The one door to Stripe. What goes in and comes out are plain values of ours.

API version 2026-10-28.endive; `stripe` is imported here and nowhere else."""
