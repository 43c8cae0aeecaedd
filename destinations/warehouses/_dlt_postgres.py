"""dlt's Postgres destination, which also takes a table that has no rows yet.

dlt copies Parquet with ADBC and hands it the file's batches; a file without rows has none, and
without a batch ADBC knows no schema. The table itself was made before, so there is nothing to do.
"""

from __future__ import annotations

import pyarrow.parquet as pq
from dlt.common.destination.client import LoadJob
from dlt.common.destination.typing import PreparedTableSchema
from dlt.destinations.impl.postgres.factory import postgres
from dlt.destinations.impl.postgres.postgres import PostgresClient
from dlt.destinations.job_impl import FinalizedLoadJobWithFollowupJobs


class Client(PostgresClient):
    """dlt's client, with nothing to do for an empty file."""

    def create_load_job(
        self,
        table: PreparedTableSchema,
        file_path: str,
        load_id: str,
        restore: bool = False,  # noqa: FBT001, FBT002 - dlt's signature
    ) -> LoadJob:
        """Return the job that loads one file."""
        if file_path.endswith(".parquet") and pq.read_metadata(file_path).num_rows == 0:
            return FinalizedLoadJobWithFollowupJobs(file_path)
        return super().create_load_job(table, file_path, load_id, restore)


class Destination(postgres):
    """dlt's destination, with our client."""

    @property
    def client_class(self) -> type[PostgresClient]:
        """Return the client's class."""
        return Client
