"""The roster, `rules/roster.toml`: from TOML to who watches which post when, or to every problem at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path as FilePath
from typing import Any

import msgspec
from pydantic import ValidationError

from hub.config.beside.roster_tables import PatternTable, PostTable, RosterTable
from hub.config.explain import explain
from hub.config.hub_toml.site import SiteConfig
from hub.config.nouns import NOUNS
from hub.config.problems import Problem, errors_of, in_order, on_line, suggestion
from hub.config.read import read_text
from hub.config.toml import Document, Path, parse_toml
from hub.core.duty.roster import (
    OFF,
    Asks,
    Cover,
    Held,
    Hours,
    IsWorkday,
    Leave,
    Pattern,
    Person,
    Post,
    Qualification,
    Roster,
    Shift,
    Team,
    Turn,
    shifts_between,
)
from hub.core.saying import saying
from hub.core.text import Text

FILE = "rules/roster.toml"
SHORTEST_ASK_S = 300.0
SHORTEST_PATROL_S = 600.0

_TABLES = {
    "qualification": "qualification",
    "person": "person",
    "team": "team",
    "post": "post",
    "shift": "shift",
    "pattern": "pattern",
}


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What of hub.toml a roster may name."""

    departments: frozenset[str] = frozenset()
    cameras: frozenset[str] = frozenset()
    areas: Mapping[str, tuple[str, ...]] = {}
    """The cameras of each area."""


def places_of(config: SiteConfig) -> Places:
    """What the roster of this site may name."""
    return Places(
        departments=frozenset(department.id for department in config.departments),
        cameras=frozenset(camera.id for camera in config.cameras),
        areas={
            area.id: tuple(camera.id for camera in config.cameras if camera.area == area.id) for area in config.areas
        },
    )


def load_roster(folder: FilePath, places: Places, is_workday: IsWorkday) -> tuple[Roster | None, list[Problem]]:
    """The roster of the site in `folder`, with problems; an empty one when there is no file. Never raises."""
    path = folder / FILE
    if not path.exists():
        return Roster(), []
    text, problems = read_text(path, FILE)
    return (None, problems) if problems else parse_roster(text, FILE, places=places, is_workday=is_workday)


def parse_roster(text: str, file: str, *, places: Places, is_workday: IsWorkday) -> tuple[Roster | None, list[Problem]]:
    """The roster and every problem in its order; None when one of them is an error. Reads nothing, never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    problems = [*_used_twice(document), *_unknown(document, places)]
    table: RosterTable | None = None
    try:
        table = RosterTable.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, (), RosterTable)
    if table is None or errors_of(problems):
        return None, in_order(problems)
    problems += [*_impossible_people(document, table), *_impossible_patterns(document, table)]
    problems += [*_impossible_exceptions(document, table), *_too_often(document, table)]
    if errors_of(problems):
        return None, in_order(problems)
    roster = _built(table, places)
    problems += _idle_covers(document, table, roster, is_workday)
    return roster, in_order(problems)


# --- names --------------------------------------------------------------------------------------------------------


def _items(document: Document, table: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    items = document.data.get(table)
    if isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield (table, index), item


def _used_twice(document: Document) -> Iterator[Problem]:
    for table, kind in _TABLES.items():
        first: dict[str, Path] = {}
        for path, item in _items(document, table):
            name = item.get("id")
            if not isinstance(name, str):
                continue
            if name in first:
                line = document.position((*first[name], "id")).line
                message = saying("there is another {thing} with the id {name!r}", thing=NOUNS[kind].one, name=name[:63])
                yield document.problem((*path, "id"), message, on_line(line))
            first.setdefault(name, path)
            if table == "shift" and name == OFF:
                message = saying("{word!r} is the word for a day without a shift", word=OFF)
                yield document.problem((*path, "id"), message, saying("Give the shift another name."))


_NAMED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("person", ("qualifications", "id"), "qualification"),
    ("team", ("people",), "person"),
    ("post", ("department",), "department"),
    ("post", ("areas",), "area"),
    ("post", ("cameras",), "camera"),
    ("post", ("qualifications",), "qualification"),
    ("pattern", ("post",), "post"),
    ("pattern", ("cycle",), "shift"),
    ("pattern", ("teams", "team"), "team"),
    ("pattern", ("teams", "people"), "person"),
    ("leave", ("person",), "person"),
    ("cover", ("person",), "person"),
    ("cover", ("instead_of",), "person"),
    ("cover", ("shift",), "shift"),
    ("cover", ("post",), "post"),
    ("swap", ("person",), "person"),
    ("swap", ("with",), "person"),
)
"""The keys that name something: table, keys from there on (lists on the way are gone through), and what they name."""


def _unknown(document: Document, places: Places) -> Iterator[Problem]:
    known = {kind: _ids(document, table) for table, kind in _TABLES.items()}
    known |= {"department": places.departments, "area": frozenset(places.areas), "camera": places.cameras}
    known["shift"] |= {OFF}
    for table, keys, kind in _NAMED:
        for base, item in _items(document, table):
            for path, name in _values(base, item, keys):
                if name not in known[kind]:
                    noun = NOUNS[kind]
                    yield document.problem(
                        path,
                        saying("there is no {thing} {name!r}", thing=noun.one, name=name[:63]),
                        suggestion(name, known[kind], of=noun.many),
                    )


def _ids(document: Document, table: str) -> frozenset[str]:
    return frozenset(item["id"] for _, item in _items(document, table) if isinstance(item.get("id"), str))


def _values(path: Path, value: Any, keys: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """The texts at `keys` below `value`. An id that stands for a whole table is one, too."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values((*path, index), item, keys)
    elif isinstance(value, dict) and keys:
        yield from _values((*path, keys[0]), value.get(keys[0]), keys[1:])
    elif isinstance(value, str) and (not keys or keys in (("id",), ("team",))):
        yield path, value


# --- what cannot be -----------------------------------------------------------------------------------------------


def _impossible_people(document: Document, table: RosterTable) -> Iterator[Problem]:
    for index, person in enumerate(table.person):
        for number, held in enumerate(person.qualifications):
            if held.from_ and held.until and held.until < held.from_:
                path = ("person", index, "qualifications", number, "until")
                yield document.problem(path, saying("it ends before it begins"))


def _impossible_patterns(document: Document, table: RosterTable) -> Iterator[Problem]:
    teams = {team.id: team for team in table.team}
    for index, pattern in enumerate(table.pattern):
        path: Path = ("pattern", index)
        if pattern.until and pattern.until < pattern.start:
            yield document.problem((*path, "until"), saying("it ends before it begins"))
        if set(pattern.cycle) == {OFF}:
            yield document.problem(
                (*path, "cycle"), saying("nobody would ever work"), saying("Name at least one shift.")
            )
        seen: set[tuple[str, int, tuple[str, ...]]] = set()
        for number, turn in enumerate(pattern.teams):
            at = (*path, "teams", number)
            if turn.offset >= len(pattern.cycle):
                message = saying(
                    "the cycle has {days} days, so an offset is at most {most}",
                    days=len(pattern.cycle),
                    most=len(pattern.cycle) - 1,
                )
                yield document.problem((*at, "offset"), message)
            if (same := (turn.team, turn.offset, tuple(turn.people))) in seen:
                yield document.problem(
                    at, saying("the team {team!r} has this place in the cycle already", team=turn.team)
                )
            seen.add(same)
            members = teams[turn.team].people
            for place, person in enumerate(turn.people):
                if person not in members:
                    hint = suggestion(person, members, of=saying("people of the team {team}", team=turn.team))
                    yield document.problem(
                        (*at, "people", place), saying("{person!r} is not in the team", person=person), hint
                    )


def _impossible_exceptions(document: Document, table: RosterTable) -> Iterator[Problem]:
    if table.absent < table.late:
        yield document.problem(
            ("absent",), saying("nobody is absent before being late"), saying("Make it as long as `late` at least.")
        )
    for index, leave in enumerate(table.leave):
        if leave.to < leave.from_:
            yield document.problem(("leave", index, "to"), saying("it ends before it begins"))
    for index, cover in enumerate(table.cover):
        if cover.person == cover.instead_of:
            yield document.problem(("cover", index, "instead_of"), saying("nobody stands in for themselves"))
        missing = [key for key in ("shift", "post") if getattr(cover, key) is None]
        if cover.instead_of is None and missing:
            message = saying("whoever comes in addition needs a shift and a post")
            yield document.problem(("cover", index, missing[0]), message, saying("Or say `instead_of` whom."))
    for index, swap in enumerate(table.swap):
        if swap.person == swap.with_:
            yield document.problem(("swap", index, "with"), saying("nobody swaps with themselves"))


def _too_often(document: Document, table: RosterTable) -> Iterator[Problem]:
    """Whoever is asked all the time watches nothing."""
    asks = table.attention
    for key, every_s in (("every", asks.every), ("night_every", asks.night_every)) if asks is not None else ():
        if every_s is not None and every_s < SHORTEST_ASK_S:
            yield document.problem(
                ("attention", key), saying("those at a post cannot be asked so often"), saying("5m at least.")
            )
    for name in (asks.posts or ()) if asks is not None else ():
        if name not in {post.id for post in table.post}:
            hint = suggestion(name, [post.id for post in table.post], of=saying("posts"))
            yield document.problem(("attention", "posts"), saying("there is no post {name!r}", name=name[:63]), hint)
    for index, post in enumerate(table.post):
        if post.patrol is not None and post.patrol < SHORTEST_PATROL_S:
            yield document.problem(
                ("post", index, "patrol"), saying("a wall cannot be walked so often"), saying("10m at least.")
            )


def _idle_covers(document: Document, table: RosterTable, roster: Roster, is_workday: IsWorkday) -> Iterator[Problem]:
    """Stand-ins for somebody who has no such shift on that date: a slip of the date, most likely."""
    plain = msgspec.structs.replace(roster, covers=(), leaves=())
    found: dict[date, set[tuple[str, str, str]]] = {}

    def works(person: str, day: date, shift: str | None = None, post: str | None = None) -> bool:
        if day not in found:
            begin = datetime.combine(day, time(), UTC)
            stints = shifts_between(plain, begin, begin + timedelta(days=1), UTC, is_workday)
            found[day] = {(each, s.shift, s.post) for s in stints if s.on == day for each in s.people}
        return any(each == person and shift in (None, s) and post in (None, p) for each, s, p in found[day])

    for index, cover in enumerate(table.cover):
        if cover.instead_of is not None and not works(cover.instead_of, cover.date, cover.shift, cover.post):
            message = saying("{person!r} has no such shift on {date}", person=cover.instead_of, date=cover.date)
            yield document.problem(("cover", index, "date"), message, saying("Is the date right?"), level="warning")
    for index, swap in enumerate(table.swap):
        for person, day, key in (
            (swap.person, swap.date, "date"),
            (swap.with_, swap.with_date or swap.date, "with_date"),
        ):
            if not works(person, day):
                message = saying("{person!r} has no shift on {day}", person=person, day=day)
                yield document.problem(("swap", index, key), message, saying("Is the date right?"), level="warning")


# --- what it comes to ---------------------------------------------------------------------------------------------


def _built(table: RosterTable, places: Places) -> Roster:
    return Roster(
        qualifications=tuple(Qualification(item.id, item.name.text()) for item in table.qualification),
        people=tuple(
            Person(
                id=person.id,
                name=person.name.text(),
                held=tuple(
                    Held(qualification=held.id, from_on=held.from_, until_on=held.until)
                    for held in person.qualifications
                ),
            )
            for person in table.person
        ),
        teams=tuple(Team(id=team.id, name=team.name.text(), people=_once(team.people)) for team in table.team),
        posts=tuple(_post(post, places) for post in table.post),
        shifts=tuple(
            Shift(id=shift.id, name=shift.name.text(), begin=shift.from_, end=shift.to) for shift in table.shift
        ),
        patterns=tuple(map(_pattern, table.pattern)),
        leaves=tuple(
            Leave(
                person=leave.person,
                first_on=leave.from_,
                last_on=leave.to,
                why=leave.why.text() if leave.why is not None else Text(en=""),
            )
            for leave in table.leave
        ),
        covers=(*_covers(table), *_swaps(table)),
        rest_s=table.rest or 0.0,
        ends_soon_s=table.ends_soon,
        attention=_asks(table),
        late_s=table.late,
        absent_s=table.absent,
        on_record=table.on_record,
    )


def _post(post: PostTable, places: Places) -> Post:
    of_areas = [camera for area in post.areas for camera in places.areas[area]]
    hours = tuple(
        Hours(
            begin=each.from_,
            end=each.to,
            weekdays=tuple(each.weekday),
            only=each.only,
            people=each.people or post.people,
        )
        for each in post.hours
    )
    return Post(
        id=post.id,
        name=post.name.text(),
        department=post.department or "",
        cameras=_once([*of_areas, *post.cameras]),
        areas=_once(post.areas),
        hours=hours or (Hours(people=post.people),),
        qualifications=_once(post.qualifications),
        patrol_s=post.patrol or 0.0,
        sign_on=post.sign_on,
    )


def _asks(table: RosterTable) -> Asks:
    wanted = table.attention
    if wanted is None:
        return Asks()
    return Asks(
        posts=_once(wanted.posts if wanted.posts is not None else [post.id for post in table.post]),
        day_s=wanted.every or 0.0,
        night_s=wanted.night_every or 0.0,
        night=(wanted.night[0], wanted.night[1]),
    )


def _pattern(pattern: PatternTable) -> Pattern:
    return Pattern(
        id=pattern.id,
        post=pattern.post,
        cycle=tuple(pattern.cycle),
        start_on=pattern.start,
        until_on=pattern.until,
        only=pattern.only,
        turns=tuple(Turn(team=turn.team, offset=turn.offset, people=_once(turn.people)) for turn in pattern.teams),
    )


def _covers(table: RosterTable) -> Iterator[Cover]:
    for cover in table.cover:
        yield Cover(
            on=cover.date,
            person=cover.person,
            instead_of=cover.instead_of or "",
            shift=cover.shift or "",
            post=cover.post or "",
        )


def _swaps(table: RosterTable) -> Iterator[Cover]:
    for swap in table.swap:
        yield Cover(on=swap.date, person=swap.with_, instead_of=swap.person)
        yield Cover(on=swap.with_date or swap.date, person=swap.person, instead_of=swap.with_)


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
