"""Who is one customer, step by step."""
