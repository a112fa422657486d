"""A journal that lies in a file of its own: a copy, or one that is being put back."""

from pathlib import Path

from hub.clock import Clock, SystemClock
from hub.config.hub_toml.site import SiteConfig
from hub.errors import SiteError
from hub.plugin_host import PluginHost, discover
from hub.ports import PluginContext, Store

STORE = "sqlite"
_FILE = "journal.db"


def journal_path(config: SiteConfig) -> Path:
    """Where a site's journal lies. Raises `SiteError` for one that is kept in no file."""
    if config.journal.store != STORE:
        raise SiteError(
            f"The journal is kept by the store {config.journal.store!r}, of which the hub can make no copy.",
            hint="Copy it with that store's own means; `hub journal export` writes the records to a file.",
        )
    return config.data_folder / str(config.journal.rest.get("file", _FILE))


def open_journal(path: Path, *, create: bool = False) -> Store:
    """The journal in the file, open for reading, or (`create`) for writing. Raises `SiteError`."""
    store = journal_store(path, SystemClock())
    store.open(create=create)
    return store


def journal_store(path: Path, clock: Clock) -> Store:
    """The journal in the file, not open yet."""
    host = PluginHost()
    host.load(discover(None, []))
    folder = path.absolute().parent
    context = PluginContext(plugin=STORE, data=folder, site=folder, clock=clock, language="en")
    options = host.stores[STORE].options(file=str(path.absolute()))
    store: Store = host.build_store(STORE, options, context)
    return store
