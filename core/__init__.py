"""Ground every other folder stands on: settings, errors, clock, warehouse, ledger, shared shapes."""
