"""A pretend Stripe for the demo and the tests: its wire format and rules, no money.

Production never imports it.
"""
