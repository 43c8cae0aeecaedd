"""What really leaves the house."""
