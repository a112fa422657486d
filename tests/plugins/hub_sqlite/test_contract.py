"""`hub_sqlite` keeps the contract of stores."""

from hub.testing.contracts import StoreContract


class TestSqlite(StoreContract):
    module = "hub_sqlite"
    name = "sqlite"
