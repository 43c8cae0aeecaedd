"""Ground every other folder stands on: settings, errors, clock, ledger, shapes."""
