"""`hub plugins new`: the project of a plugin that works, to be changed into one's own."""

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

import typer

from hub.cli.output import say, telling_errors
from hub.errors import SiteError
from hub.locale import _

StarterKind = Literal["vendor", "notifier"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
_SUFFIX = ".tmpl"
"""So that the starters' own modules are not taken for modules of the hub."""


def new(
    name: Annotated[str, typer.Argument(help="What hub.toml will call it, such as `acme`.")],
    kind: Annotated[StarterKind, typer.Option("--kind", "-k", help="What it is to bring.")] = "vendor",
    into: Annotated[Path, typer.Option("--into", help="The folder in which the project is made.")] = Path(),
    owner: Annotated[str, typer.Option("--owner", help="Who to ask: a person, a team or a company.")] = "",
) -> None:
    """Make the project of a new plugin: a package, its tests with the contract of its kind, and a README.

    It works as it is, for a device or service that is invented. Its tests, ruff and mypy pass at once.
    """
    folder = into / f"hub_{name}"
    with telling_errors():
        check_free(name)
        project = make_project(name, kind, owner or _("the author"))
        write_project(folder, project)
    say(_("Made {folder}, with {count} files. Next:").format(folder=folder, count=len(project)))
    say(f"  cd {folder} && python -m pytest")
    say(f"  hub plugins verify {name} --path .")


def check_free(name: str) -> None:
    """Raise `SiteError` for the name of a plugin that is installed: of two with one name the hub loads one."""
    from importlib.metadata import entry_points

    from hub.plugin_host.discovery import GROUP

    if f"hub_{name}" in {point.value for point in entry_points(group=GROUP)}:
        raise SiteError(f"'{name}' is a plugin of this hub already.", hint="Choose another name.")


def make_project(name: str, kind: StarterKind, owner: str) -> dict[str, str]:
    """The files of a project: path → text. Raises `SiteError` for a name that cannot be one."""
    if not _NAME.fullmatch(name):
        raise SiteError(
            f"'{name[:40]}' cannot be the name of a plugin.",
            hint="A name begins with a small letter and holds small letters, digits and _, 20 at most.",
        )
    words = {
        "acme": name,
        "Acme": "".join(part[:1].upper() + part[1:] for part in name.split("_")),
        "OWNER": owner.replace("\\", "").replace('"', "'"),
    }
    found = _texts(files("hub") / "testing" / "starters" / kind)
    return {_put(path.removesuffix(_SUFFIX), words): _put(text, words) for path, text in sorted(found.items())}


def write_project(folder: Path, project: Mapping[str, str]) -> None:
    """Write the files below a folder that is not there yet. Raises `SiteError`."""
    try:
        folder.mkdir(parents=True)
        for path, text in project.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise SiteError(f"{folder} is there already.", hint="Nothing was changed; choose another name.") from None
    except OSError as error:
        raise SiteError(f"{folder} cannot be written: {error.strerror}.") from error


def _texts(folder: Traversable, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            found |= _texts(entry, f"{prefix}{entry.name}/")
        else:
            found[prefix + entry.name] = entry.read_text(encoding="utf-8")
    return found


def _put(text: str, words: Mapping[str, str]) -> str:
    return re.sub("|".join(words), lambda found: words[found[0]], text)
