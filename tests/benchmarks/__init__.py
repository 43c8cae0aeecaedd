"""What judges must be right, too."""
