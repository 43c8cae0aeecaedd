"""What every part keeps, found by its file."""
