"""When things happen and in what order: one verb a file; with cli the only folder that knows Prefect."""
