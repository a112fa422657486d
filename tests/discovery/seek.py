"""Searches from inside a test network and prints what was found.

python -m tests.discovery.seek FINDER[,FINDER] SECONDS [passive]
"""

import importlib
import sys

import msgspec
import structlog

from hub.clock import SystemClock
from hub.discovery.search import Searching
from hub.vendor.finding import Search

PLUGINS = {"ws-discovery": "hub_onvif", "mdns": "hub_mdns", "sadp": "hub_hikvision", "dhip": "hub_dahua"}


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    names, seconds, *rest = sys.argv[1:]
    finders = {name: importlib.import_module(f"{PLUGINS[name]}.finder").find for name in names.split(",")}
    search = Search(seconds=float(seconds), passive="passive" in rest)
    searching = Searching(finders, search, SystemClock())
    while searching.wait(0.5):
        pass
    sys.stdout.write(msgspec.json.encode(searching.outcome()).decode())


if __name__ == "__main__":
    main()
