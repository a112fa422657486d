"""What rules may name, from all the files of a site."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from hub.config.beside.files import load_beside
from hub.config.hub_toml.site import SiteConfig
from hub.config.problems import Problem
from hub.config.rules.known import Known


def load_known(
    folder: Path, config: SiteConfig, today: date, *, notifiers: Iterable[str] | None = None
) -> tuple[Known, list[Problem]]:
    """What the rules of the site in `folder` may name, and what is wrong with roster, rounds and calendar.

    What a file would say that is not there, or is broken, is not known. Never raises.
    """
    beside = load_beside(folder, config, today, notifiers=notifiers)
    return beside.known, list(beside.problems)
