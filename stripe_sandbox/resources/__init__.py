"""One module a Stripe resource; each lists its endpoints in `ROUTES`."""
