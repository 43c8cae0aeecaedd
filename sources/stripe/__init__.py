"""Stripe: what people paid, and what they owe."""
