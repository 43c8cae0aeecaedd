"""The brief: one page in the morning that says whether last night's figures can be trusted."""
