"""One file per step: rows in, rows out."""
