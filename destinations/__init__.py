"""Where data goes: warehouses, and later the CRMs we write to."""
