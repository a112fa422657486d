"""Keeps the rule files as they were taken up last, so that a change can be compared with what is in force."""

import os
import stat
from collections.abc import Collection
from pathlib import Path

import structlog

from hub.config.toml import LONGEST_FILE
from hub.errors import SiteError
from hub.runtime.folders import make_private
from hub.runtime.rules.site import IN_FORCE

log = structlog.get_logger("reload")


def keep_rules(folder: Path, data: Path, *, broken: Collection[str]) -> None:
    """Copy the rule files of the site into `data`, but those that are broken: of them the last good copy stays.

    Nothing depends on the copies but comparing: what keeps them from being written is logged and no more.
    """
    target = data / IN_FORCE / "rules"
    try:
        make_private(data / IN_FORCE)
        make_private(target)
        found = {path.name for path in (folder / "rules").glob("*.toml") if not path.name.startswith(".")}
        kept = {name.removeprefix("rules/") for name in broken}
        for name in sorted(found - kept):
            _copy(folder / "rules" / name, target / name)
        for path in target.iterdir():
            if path.name not in found:
                path.unlink()
    except (OSError, SiteError) as error:
        log.warning("rules_not_kept", reason=str(error), folder=str(target))


def _copy(source: Path, target: Path) -> None:
    if not stat.S_ISREG(source.stat().st_mode):
        return
    with source.open("rb") as file:
        content = file.read(LONGEST_FILE)
    if target.is_file() and target.read_bytes() == content:
        return
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, target)
