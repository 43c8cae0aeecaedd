"""Who is one person: reading, learning, deciding, and keeping up with changes."""
