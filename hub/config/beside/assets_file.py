"""The scheme by which replacements are proposed, `rules/replacement.toml`: from TOML to limits, or to every problem."""

from collections.abc import Iterator
from pathlib import Path as FilePath

import msgspec
from pydantic import ValidationError

from hub.config.beside.assets_tables import ReplacementTable
from hub.config.explain import explain
from hub.config.problems import Problem, errors_of, in_order, suggestion
from hub.config.read import read_text
from hub.config.toml import Document, parse_toml
from hub.core.assets.scheme import CRITERIA, PARTIES, Scheme
from hub.core.saying import saying

FILE = "rules/replacement.toml"


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says; no scheme where there is no file: then nothing is proposed by itself."""

    scheme: Scheme | None = None


def load_replacement(folder: FilePath, departments: frozenset[str]) -> tuple[Replacement | None, list[Problem]]:
    """The scheme of the site in `folder`, with problems; none when there is no file. Never raises."""
    path = folder / FILE
    if not path.exists():
        return Replacement(), []
    text, problems = read_text(path, FILE)
    return (None, problems) if problems else parse_replacement(text, FILE, departments=departments)


def parse_replacement(text: str, file: str, *, departments: frozenset[str]) -> tuple[Replacement | None, list[Problem]]:
    """The scheme and every problem in its order; None when one of them is an error. Reads nothing, never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    problems = [*_unknown(document, departments), *_out_of_reach(document)]
    table: ReplacementTable | None = None
    try:
        table = ReplacementTable.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, (), ReplacementTable)
    problems = in_order(problems)
    if table is None or errors_of(problems):
        return None, problems
    return Replacement(scheme=_scheme(table)), problems


def _unknown(document: Document, departments: frozenset[str]) -> Iterator[Problem]:
    parties = document.data.get("parties")
    for party in PARTIES:
        name = parties.get(party) if isinstance(parties, dict) else None
        if isinstance(name, str) and name not in departments:
            hint = suggestion(name, departments, of=saying("departments in hub.toml"))
            yield document.problem(("parties", party), saying("there is no department {name!r}", name=name[:63]), hint)


def _out_of_reach(document: Document) -> Iterator[Problem]:
    """A number of points that can never come together proposes nothing: surely a slip."""
    points, least = document.data.get("points"), document.data.get("propose_at", 60.0)
    given = [points.get(name, 0) for name in CRITERIA] if isinstance(points, dict) else []
    if not given or not all(isinstance(each, int | float) for each in [*given, least]):
        return
    if sum(given) < least and not document.data.get("alone"):
        message = saying(
            "nothing is ever proposed: all points together are {sum:g}, and {least:g} are needed",
            sum=sum(given),
            least=least,
        )
        path = ("propose_at",) if "propose_at" in document.data else ("points",)
        yield document.problem(path, message, saying("Raise the points, or lower `propose_at`."), level="warning")


def _scheme(table: ReplacementTable) -> Scheme:
    return Scheme(
        propose_at=table.propose_at,
        points={name: value for name in CRITERIA if (value := getattr(table.points, name))},
        limits={
            "failures": table.limits.failures,
            "repair": table.limits.repair_hours,
            "relapses": table.limits.relapses,
            "night": table.limits.nights,
        },
        alone=tuple(dict.fromkeys(table.alone)),
        life_years=table.life_years,
        departments={party: name for party in PARTIES if (name := getattr(table.parties, party))},
        sign_s=table.within.signatures,
        order_s=table.within.order,
        commission_s=table.within.commissioning,
        warranty_notice_s=table.warranty_notice,
        recording_s=table.recorded_for,
    )
