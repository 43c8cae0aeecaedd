"""Which records are one person: weights learned from the data at hand, ids that persist."""
