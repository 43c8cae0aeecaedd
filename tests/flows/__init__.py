"""The flows, in a real Prefect."""
