"""Stories of the vendors we read from."""
