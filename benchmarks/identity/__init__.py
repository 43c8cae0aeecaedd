"""What judges identities: people with a known truth, a scorer, and a peer on the same records."""
