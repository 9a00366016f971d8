"""What Stripe Billing does: subscriptions, their invoices, and the money of each month."""
