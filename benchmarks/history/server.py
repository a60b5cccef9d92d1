"""A PostgreSQL of a size that an operator with a large history would give it."""

from tests.servers import PostgresServer

#: a quarter of a machine with 8 GB; the rest is PostgreSQL's own default
OPTIONS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # the load below is not written to the log: there is no replica that would need it
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class HistoryPostgres(PostgresServer):
    """The tests' server with more memory, and durable."""

    def __init__(self) -> None:
        super().__init__(durable=True)

    def command(self) -> list[str]:
        """Later options win."""
        return [*super().command(), *(f"--{name}={value}" for name, value in OPTIONS.items())]
