"""From the site's folder to a checked configuration, or to every problem at once."""

from pathlib import Path

from pydantic import ValidationError

from hub.config.explain import explain
from hub.config.hub_toml.crosscheck import cross_check
from hub.config.hub_toml.plugin_tables import Delivery, PluginTables, Registry, check_plugin_tables
from hub.config.hub_toml.site import SiteConfig
from hub.config.problems import Problem, errors_of, in_order
from hub.config.read import read_text
from hub.config.toml import parse_toml
from hub.errors import ConfigError, SiteError
from hub.locale import _

__all__ = [
    "FILE",
    "Delivery",
    "PluginTables",
    "Registry",
    "check_plugin_tables",
    "load_site",
    "parse_site",
]

FILE = "hub.toml"


def parse_site(text: str, folder: Path = Path(), *, file: str = FILE) -> tuple[SiteConfig | None, list[Problem]]:
    """The configuration, and every problem; None when one of them is an error. Reads nothing, never raises.

    `folder` is the site's folder, to which the paths in the file are relative.
    """
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    problems = cross_check(document)
    config: SiteConfig | None = None
    try:
        config = SiteConfig.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, (), SiteConfig)
    problems = in_order(problems)
    if config is None or errors_of(problems):
        return None, problems
    return config.placed(folder, document, tuple(problems)), problems


def load_site(folder: Path) -> SiteConfig:
    """The site's hub.toml, checked as far as it can be without the plugins.

    Raises `SiteError` when there is no such site or it cannot be read, and `ConfigError` with every problem when the
    file is broken. The second pass, with the plugins loaded, is `check_plugin_tables`.
    """
    path = folder / FILE
    try:
        there = path.exists()
    except OSError as error:
        raise SiteError(
            _("The site's folder {folder} cannot be read: {reason}.").format(folder=folder, reason=error.strerror),
            hint=_("Let the hub's user read it."),
        ) from error
    if not there:
        problem = _("There is no hub.toml in {folder}.") if folder.is_dir() else _("There is no folder {folder}.")
        hint = _("Go to the site's folder, or make a new site with `hub init DIR`.")
        raise SiteError(problem.format(folder=folder), hint=hint)
    text, problems = read_text(path, FILE)
    if problems:
        raise ConfigError(problems)
    config, problems = parse_site(text, folder)
    if config is None:
        raise ConfigError(problems)
    return config
