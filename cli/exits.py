"""Exit codes, the same for every command."""

GOOD, FAILED, WRONG_USE, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130
