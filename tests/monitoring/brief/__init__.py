"""One page, in every form it has."""
