"""The kinds of rounds, `rules/rounds.toml`: from TOML to checklists, or to every problem at once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import msgspec
from pydantic import ValidationError

from hub.automation.model import RoundAction, Rule
from hub.config.beside.round_tables import ChecklistTable, ItemTable, RoundsTable, RoundTable
from hub.config.clauses import CLAUSES
from hub.config.explain import explain
from hub.config.nouns import NOUNS
from hub.config.problems import Problem, any_of, errors_of, in_order, on_line, suggestion
from hub.config.read import read_text
from hub.config.rules.every import every_of
from hub.config.rules.known import Known
from hub.config.rules.written import Written
from hub.config.tables import has_chinese
from hub.config.toml import Document, Path, parse_toml
from hub.core.rounds.kinds import (
    CAMERA_MEASURES,
    READINGS,
    AnyItem,
    Checklist,
    Measured,
    Number,
    Photo,
    RoundKind,
    Scope,
    Words,
    YesNo,
)
from hub.core.saying import saying
from hub.core.text import Text

FILE = "rules/rounds.toml"
RULE_PREFIX = "round-"
"""A round with an `every` of its own comes due by a rule whose id is this and the round's."""

_OF_ANSWER: dict[str, tuple[str, ...]] = {
    "yes-no": ("good",),
    "number": ("unit", "at_least", "at_most"),
    "text": (),
    "photo": (),
    "measured": ("measure", "at_least", "at_most"),
}
"""The keys that belong to one sort of answer."""
_IN_HUB_TOML = {
    "areas": saying("areas in hub.toml"),
    "assets": saying("cameras in hub.toml"),
    "tags": saying("tags in hub.toml"),
}


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says: the kinds, and a rule for each that comes due by itself."""

    kinds: tuple[RoundKind, ...] = ()
    rules: tuple[Rule, ...] = ()


def load_rounds(folder: FilePath, known: Known) -> tuple[Rounds | None, list[Problem]]:
    """The rounds of the site in `folder`, with problems; none when there is no file. Never raises.

    `known` holds the teams of the roster; without any, a team may be any word.
    """
    path = folder / FILE
    if not path.exists():
        return Rounds(), []
    text, problems = read_text(path, FILE)
    return (None, problems) if problems else parse_rounds(text, FILE, known=known)


def parse_rounds(text: str, file: str, *, known: Known) -> tuple[Rounds | None, list[Problem]]:
    """The rounds and every problem in its order; None when one of them is an error. Reads nothing, never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    problems = [*_used_twice(document), *_unknown(document, known), *_untranslated(document)]
    rules: dict[int, Rule] = {}
    for index, item in _tables(document.data.get("round")):
        written = Written(document=document, path=("round", index), item=item, defaults={}, known=known, scope=None)
        every = every_of(written, problems)
        if every is not None:
            rules[index] = Rule(id="", title=Text(en=""), file=file, digest="", every=every)
        elif "missed" in item and "every" not in item:
            problems.append(
                document.problem(("round", index, "missed"), saying("`missed` goes with `every`"), of_key=True)
            )
    table: RoundsTable | None = None
    try:
        table = RoundsTable.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, (), RoundsTable)
    if table is not None:
        problems += _unfit_items(document, table)
    problems = in_order(problems)
    if table is None or errors_of(problems):
        return None, problems
    kinds = tuple(map(_kind, table.round))
    made = tuple(_rule(rule, table.round[index], kinds[index]) for index, rule in rules.items())
    return Rounds(kinds=kinds, rules=made), problems


def _tables(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if isinstance(value, list):
        yield from ((index, item) for index, item in enumerate(value) if isinstance(item, dict))


def _items(document: Document) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every item of every checklist, with its place."""
    for number, round_ in _tables(document.data.get("round")):
        for index, checklist in _tables(round_.get("checklist")):
            for place, item in _tables(checklist.get("item")):
                yield ("round", number, "checklist", index, "item", place), item


def _used_twice(document: Document) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], Path] = {}
    rounds = [(("round", index), item, "round") for index, item in _tables(document.data.get("round"))]
    for path, item, kind in (*rounds, *((path, item, "item") for path, item in _items(document))):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        key = (kind, path[1] if kind == "item" else None, name)
        if key in first:
            line = document.position((*first[key], "id")).line
            message = (
                saying("there is another item in this round with the id {name!r}", name=name[:63])
                if kind == "item"
                else saying("there is another {thing} with the id {name!r}", thing=NOUNS[kind].one, name=name[:63])
            )
            yield document.problem((*path, "id"), message, on_line(line))
        first.setdefault(key, path)


def _unknown(document: Document, known: Known) -> Iterator[Problem]:
    """Names of what is not there: clauses, teams, areas, cameras and their tags."""
    for number, round_ in _tables(document.data.get("round")):
        path: Path = ("round", number)
        clause, team = round_.get("clause"), round_.get("team")
        if isinstance(clause, str) and clause not in CLAUSES:
            yield document.problem(
                (*path, "clause"),
                saying("there is no clause {name!r}", name=clause[:20]),
                suggestion(clause, CLAUSES, of=saying("clauses")),
            )
        if isinstance(team, str) and known.teams and team not in known.teams:
            message = saying("there is no team {team!r} in rules/roster.toml", team=team[:63])
            yield document.problem((*path, "team"), message, suggestion(team, known.teams, of=saying("teams")))
        for index, checklist in _tables(round_.get("checklist")):
            at = (*path, "checklist", index)
            named = [("areas", "area", known.areas)]
            if checklist.get("of") == "camera":
                named += [("assets", "camera", known.cameras), ("tags", "tag of a camera", known.tags or frozenset())]
            for key, what, there in named:
                names = checklist.get(key)
                for place, name in enumerate(names if isinstance(names, list) else ()):
                    if isinstance(name, str) and name not in there:
                        hint = suggestion(name, there, of=_IN_HUB_TOML[key])
                        yield document.problem(
                            (*at, key, place),
                            saying("there is no {thing} {name!r}", thing=NOUNS[what].one, name=name[:63]),
                            hint,
                        )


def _untranslated(document: Document) -> Iterator[Problem]:
    """What staff read comes in both languages."""
    texts = [(("round", index), item, ("name",)) for index, item in _tables(document.data.get("round"))]
    texts += [(path, item, ("ask", "help", "fault")) for path, item in _items(document)]  # type: ignore[misc]
    for path, item, keys in texts:
        for key in keys:
            value = item.get(key)
            en, zh = (value.get("en"), value.get("zh")) if isinstance(value, dict) else (value, None)
            if isinstance(value, str) and has_chinese(value):
                en, zh = None, value
            if isinstance(value, str | dict) and not (en and zh):
                hint = saying('Write { en = "…", zh = "…" }.')
                message = saying("the Chinese text is missing") if en else saying("the English text is missing")
                yield document.problem((*path, key), message, hint, level="warning")


def _unfit_items(document: Document, table: RoundsTable) -> Iterator[Problem]:
    for number, round_ in enumerate(table.round):
        for index, checklist in enumerate(round_.checklist):
            for place, item in enumerate(checklist.item):
                path = ("round", number, "checklist", index, "item", place)
                yield from _unfit(document, path, item, checklist)


def _unfit(document: Document, path: Path, item: ItemTable, checklist: ChecklistTable) -> Iterator[Problem]:
    belongs = _OF_ANSWER[item.answer]
    for key in {key for keys in _OF_ANSWER.values() for key in keys}:
        if key in item.model_fields_set and key not in belongs:
            others = any_of(f"'{answer}'" for answer, keys in _OF_ANSWER.items() if key in keys)
            yield document.problem(
                (*path, key),
                saying(
                    "`{key}` goes with an answer of {others}, not {answer!r}",
                    key=key,
                    others=others,
                    answer=item.answer,
                ),
                of_key=True,
            )
    if item.answer == "measured" and item.measure is None:
        yield document.problem(
            (*path, "measure"),
            saying("is missing"),
            saying("It says what the hub fills in: picture, recording, signal …"),
        )
    if item.measure is not None and item.measure not in READINGS:
        for key in ("at_least", "at_most"):
            if key in item.model_fields_set:
                message = saying("{measure!r} is good or bad and has no limits", measure=item.measure)
                yield document.problem((*path, key), message, saying("Leave the limit out."), of_key=True)
    if item.measure in CAMERA_MEASURES and checklist.of != "camera":
        message = saying(
            "{measure!r} is measured on cameras only, not on {kind!r}", measure=item.measure, kind=checklist.of
        )
        yield document.problem(
            (*path, "measure"), message, saying('Let a person answer it, or move it to `of = "camera"`.')
        )
    if item.at_least is not None and item.at_most is not None and item.at_most < item.at_least:
        yield document.problem((*path, "at_most"), saying("no number fits: it is less than `at_least`"))
    if item.answer in ("text", "photo") and item.fault is not None:
        message = saying(
            "an answer of {answer!r} is never bad, so this ticket would never be opened", answer=item.answer
        )
        yield document.problem((*path, "fault"), message, saying("Leave it out, or ask with `yes-no`."), of_key=True)


# --- what it comes to ---------------------------------------------------------------------------------------------


def _rule(begun: Rule, table: RoundTable, kind: RoundKind) -> Rule:
    rule = msgspec.structs.replace(
        begun,
        id=f"{RULE_PREFIX}{kind.id}",
        title=kind.name,
        clause=kind.clause,
        missed=table.missed or "run-once",
        do=(RoundAction(kind=kind.id),),
    )
    said = msgspec.json.encode((rule.id, rule.title, rule.clause, rule.every, rule.missed), order="sorted")
    return msgspec.structs.replace(rule, digest=hashlib.sha256(said).hexdigest())


def _kind(table: RoundTable) -> RoundKind:
    return RoundKind(
        id=table.id,
        name=table.name.text(),
        clause=table.clause,
        team=table.team or "",
        due_in_s=table.due,
        signed_by=table.signed_by,
        checklists=tuple(
            Checklist(
                of=checklist.of,
                scope=Scope(
                    assets=tuple(checklist.assets),
                    areas=tuple(checklist.areas),
                    tags=tuple(checklist.tags),
                    domain=checklist.domain or "",
                ),
                items=tuple(map(_item, checklist.item)),
            )
            for checklist in table.checklist
        ),
    )


def _item(table: ItemTable) -> AnyItem:
    common: dict[str, Any] = {
        "id": table.id,
        "ask": table.ask.text(),
        "help": table.help.text() if table.help is not None else Text(en=""),
        "must": table.must,
        "fault": table.fault.text() if table.fault is not None else Text(en=""),
        "photo_of_fault": table.photo_of_fault,
    }
    match table.answer:
        case "yes-no":
            return YesNo(**common, good=table.good is not False)
        case "number":
            return Number(**common, unit=table.unit or "", at_least=table.at_least, at_most=table.at_most)
        case "text":
            return Words(**common)
        case "photo":
            return Photo(**common)
        case "measured":
            assert table.measure is not None  # else it is a problem, see `_unfit`
            return Measured(**common, measure=table.measure, at_least=table.at_least, at_most=table.at_most)
