"""What happened, when, and how it ended: the memory that every verdict and brief is read from."""
