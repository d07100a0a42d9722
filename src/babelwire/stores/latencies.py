"""The store's room for how long engines take: counts in buckets, added up over all processes of a desk."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from babelwire.model import BUCKETS, Latency
from babelwire.stores.database import Database
from babelwire.stores.tables import latency


class Latencies(Database):
    """As ``seams.Latencies`` says."""

    def add_latency(self, some: Latency) -> None:
        with self.write(again=True) as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            for bucket, calls in enumerate(some.calls):
                seconds = some.seconds if bucket == 0 else 0.0  # the sum is of all buckets: it stands in the first row
                if not (calls or seconds):
                    continue
                statement = dialect.insert(latency).values(engine=some.engine, bucket=bucket, calls=calls, seconds=seconds)
                sums = {name: latency.c[name] + statement.excluded[name] for name in ("calls", "seconds")}
                connection.execute(statement.on_conflict_do_update(index_elements=["engine", "bucket"], set_=sums))

    def latencies(self) -> list[Latency]:
        found: dict[str, tuple[list[int], float]] = {}
        with self.read() as connection:
            for row in connection.execute(select(latency).order_by(latency.c.engine, latency.c.bucket)):
                calls, seconds = found.get(row.engine, ([0] * (len(BUCKETS) + 1), 0.0))
                calls[row.bucket] += row.calls
                found[row.engine] = calls, seconds + row.seconds
        return [Latency(engine=engine, calls=tuple(calls), seconds=seconds) for engine, (calls, seconds) in found.items()]
