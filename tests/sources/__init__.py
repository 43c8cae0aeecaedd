"""What the connectors promise, a vendor a file."""
