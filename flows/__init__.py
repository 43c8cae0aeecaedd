"""When things happen, in what order: one verb a file; only this folder and cli know Prefect."""
