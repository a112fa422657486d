"""Rules to begin with: templates of the package, filled with what a site has."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hub.config.rules.known import Known
from hub.core.text import Text
from hub.errors import SiteError
from hub.locale import _

_FOLDER = Path(__file__).parents[1] / "templates" / "rules"
_TITLE = re.compile(r"# (en|zh): (.+)")
_ROUTE, _LEADER, _ROUND = "duty", "leader", "technical"
"""What is taken where the site has it: the names that the shipped site uses."""


class Template(msgspec.Struct, frozen=True):
    """A rule file with `@words@` for what differs from site to site; the lines of its title are not in `body`."""

    name: str
    title: Text
    body: str


def templates() -> dict[str, Template]:
    """Every template by its name. Raises `SiteError` when the installation lacks them."""
    found = [_template(path) for path in sorted(_FOLDER.glob("*.toml"))]
    if not found:
        raise SiteError(_("The templates are missing from this installation."), hint=_("Install watchroom again."))
    return {template.name: template for template in found}


def _template(path: Path) -> Template:
    lines = path.read_text(encoding="utf-8").splitlines()
    titles = [match for line in lines[:2] if (match := _TITLE.fullmatch(line))]
    words = {match[1]: match[2] for match in titles}
    body = "\n".join(lines[len(titles) :]) + "\n"
    return Template(path.stem, Text(en=words["en"], zh=words["zh"]), body)


def filled(template: Template, rule_id: str, known: Known, *, cameras: Sequence[str] = (), area: str = "") -> str:
    """The rule as text. Raises `SiteError` where the site lacks what the template needs."""
    body = template.body
    where = f"where = {{ camera = {_listed(cameras)} }}\n" if cameras else ""
    if cameras and "@where@" not in body:
        problem = _("The template {name} is about no single cameras.").format(name=template.name)
        raise SiteError(problem, hint=_("Leave out {option}.").format(option="--camera"))
    if area and "@area@" not in body:
        problem = _("The template {name} is about no area.").format(name=template.name)
        raise SiteError(problem, hint=_("Leave out {option}.").format(option="--area"))
    route = _one_of(known.routes, _ROUTE, _("a route"), "[[routes]]") if "@route@" in body or "@leader@" in body else ""
    words = {
        "id": rule_id,
        "variable": re.sub(r"[^a-z0-9]", "_", rule_id) if rule_id[:1].isalpha() else f"v_{rule_id.replace('-', '_')}",
        "route": route,
        "leader": _LEADER if _LEADER in known.routes else route,
        "round": _one_of(known.rounds or frozenset({_ROUND}), _ROUND, _("a kind of round"), "rules/rounds.toml"),
        "area": (area or _one_of(known.areas, "", _("an area"), "[[areas]]")) if "@area@" in body else "",
    }
    body = body.replace("@where@\n", where)
    return re.sub(r"@([a-z]+)@", lambda found: words[found[1]], body)


def _listed(cameras: Sequence[str]) -> str:
    quoted = [f'"{camera}"' for camera in cameras]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"


def _one_of(there: frozenset[str], first: str, what: str, where: str) -> str:
    if not there:
        raise SiteError(
            _("The template needs {what}, and the site has none.").format(what=what),
            hint=_("Add one in {place}.").format(place=where),
        )
    return first if first in there else min(there)
