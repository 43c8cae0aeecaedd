"""Stories of where data goes."""
