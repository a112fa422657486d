"""Keeps the journal in one SQLite file."""

from hub.api import RegisterStore, hookimpl


@hookimpl
def hub_register_stores(register: RegisterStore) -> None:
    from hub_sqlite.options import SqliteOptions
    from hub_sqlite.store import SqliteStore

    register("sqlite", SqliteStore, options=SqliteOptions)
