"""Stories that hold on DuckDB and on Postgres alike."""
