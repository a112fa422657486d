"""A new site: its folder, with the files that are shipped."""

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from hub.config.beside.roster_file import FILE as ROSTER
from hub.config.load import FILE
from hub.errors import SiteError

_RULES = "rules"
_CASES = "rules/cases"


def write_site(folder: Path, *, demo: bool) -> tuple[Path, ...]:
    """Make a site in `folder`: the demo plant, or an empty site that runs as it is. Returns the files written.

    Nothing that is there is overwritten. All of it is written or none: the files are made beside their places and
    moved in at the end, hub.toml last, so that a folder with a hub.toml is always whole. Raises `SiteError`.
    """
    contents = _shipped(demo=demo)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_existing(folder, contents)
        draft = folder / f".new-{secrets.token_hex(4)}"
        draft.mkdir()
        try:
            for name, text in contents.items():
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                _write(draft / name, text)
            (draft / _RULES).rename(folder / _RULES)
            try:
                (draft / FILE).rename(folder / FILE)
            except OSError:
                (folder / _RULES).rename(draft / _RULES)
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise SiteError(
            f"The site in {folder} cannot be written: {error.strerror or type(error).__name__}.",
            hint="Choose a folder that you may write to and that has room.",
        ) from error
    return tuple(folder / name for name in contents)


def _refuse_existing(folder: Path, names: Iterable[str]) -> None:
    if (folder / FILE).exists():
        raise SiteError(
            f"There is a site in {folder} already.",
            hint=f"Run it with `hub run`, or choose another folder; nothing was changed in {FILE}.",
        )
    if (folder / _RULES).exists():
        raise SiteError(
            f"There is a folder {folder / _RULES} without a {FILE} beside it.",
            hint="Move it away, or choose another folder.",
        )


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _shipped(*, demo: bool) -> dict[str, str]:
    """The files of a new site by their place in it, hub.toml last."""
    here = Path(__file__).parent / "shipped"
    # In a wheel the demo plant and the rules lie beside the empty site; in a checkout they are at its top.
    top = here if (here / _RULES).is_dir() else Path(__file__).parents[2]
    site = top / FILE if demo else here / "new_site.toml"
    rules = sorted((top / _RULES).glob("*.toml"))
    if not rules or not site.is_file():
        raise SiteError("The files of a new site are missing from this installation.", hint="Install watchroom again.")
    contents = {f"{_RULES}/{path.name}": _copied(path) for path in rules}
    cases = {f"{_CASES}/{path.name}": _copied(path) for path in sorted((top / _CASES).glob("*.toml"))}
    # Cases that speak of the demo plant's cameras fit nowhere else.
    contents |= {name: text for name, text in cases.items() if demo or 'camera = "' not in text}
    if not demo:
        # The people and posts of the demo plant are nobody else's.
        contents[ROSTER] = _copied(here / "new_roster.toml")
    return {**contents, FILE: _copied(site)}


def _copied(path: Path) -> str:
    """The text, without the line that tells an editor where the schema lies in the project."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#:schema "))
