"""Vendors we read from. One module per vendor; the module name is the vendor name."""
