"""What rules may name, from all the files of a site."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from hub.config.beside_rules import load_beside
from hub.config.problems import Problem
from hub.config.rule_known import Known
from hub.config.site import SiteConfig


def load_known(
    folder: Path, config: SiteConfig, today: date, *, notifiers: Iterable[str] | None = None
) -> tuple[Known, list[Problem]]:
    """What the rules of the site in `folder` may name, and what is wrong with roster, rounds and calendar.

    What a file would say that is not there, or is broken, is not known. Never raises.
    """
    beside = load_beside(folder, config, today, notifiers=notifiers)
    return beside.known, list(beside.problems)
