"""What a `[[point]]` and the counts of a `[[commendation]]` name: events, their fields, people. From the raw tables, so
that one mistake does not hide another."""

from collections.abc import Iterator
from typing import Any

from hub.automation.language.fields import CAMERA_FIELDS, choices_of, fields_of
from hub.automation.language.grammar import Scope
from hub.config.problems import Problem, did_you_mean, errors_of, suggestion
from hub.config.rules.events import check_events, expanded
from hub.config.rules.known import Known
from hub.config.rules.where import where_of
from hub.config.rules.written import RuleScope, Written
from hub.config.toml import Document, Path
from hub.core.catalogue import CATALOGUE
from hub.core.durations import parse_duration
from hub.core.matching import Match
from hub.core.reviews.scheme import ACTOR, PRESENT, After, Counted
from hub.core.saying import saying

_ABOUT = (
    *("alarm", "ticket", "round", "check", "patrol", "permit", "handover", "swap", "entry", "proposal"),
    *("plugin", "rule", "asset", "camera", "post", "account"),
)
"""The fields by which two events are about the same thing; where they have several in common, the first."""
_WORDS = (ACTOR, PRESENT)


class Reader:
    """Reads the counted parts of one file. `counted` has those that are understood, by their place."""

    def __init__(self, document: Document, known: Known, problems: list[Problem]) -> None:
        """What is wrong is added to `problems`."""
        self._document = document
        self._known = known
        self._problems = problems
        self.counted: dict[Path, Counted] = {}

    def look_through(self) -> None:
        for path, item in _counted_tables(self._document):
            before = len(self._problems)
            self._problems += check_events(self._document, path, item.get("on", []), lasting=False)
            events = tuple(dict.fromkeys(name for _, names in expanded(item.get("on", [])) for name in names))
            if events:
                found = self._read(path, item, events)
                if not errors_of(self._problems[before:]):
                    self.counted[path] = found

    def _read(self, path: Path, item: dict[str, Any], events: tuple[str, ...]) -> Counted:
        where = self._where(path, item, events)
        of, of_same = self._of(path, item, events)
        self._problems += self._who(path, item, (of,) if of else events)
        return Counted(
            on=events,
            who=str(item.get("who", "")),
            where=where,
            of=of,
            of_same=of_same,
            after=self._after(path, item, events),
        )

    def _where(self, path: Path, item: dict[str, Any], events: tuple[str, ...]) -> tuple[Match, ...]:
        names = {name: kind for name, kind in fields_of(events).items() if name not in CAMERA_FIELDS}
        scope = RuleScope(events, Scope(fields=names, choices=choices_of(events)))
        written = Written(document=self._document, path=path, item=item, defaults={}, known=self._known, scope=scope)
        return where_of(written, self._problems)

    def _of(self, path: Path, item: dict[str, Any], events: tuple[str, ...]) -> tuple[str, str]:
        of = item.get("of")
        if not isinstance(of, str):
            return "", ""
        return of, self._same((*path, "of"), of, events)

    def _after(self, path: Path, item: dict[str, Any], events: tuple[str, ...]) -> After | None:
        after = item.get("after")
        if not isinstance(after, dict):
            best = path[-1] == "best" and item.get("by") == "time"
            if best:
                message = saying("a shortest time needs to know since when")
                hint = saying('Add `after = { event = "…" }`.')
                self._problems.append(self._document.problem((*path, "by"), message, hint))
            return None
        event = after.get("event")
        longer, shorter = _seconds(after.get("longer_than")), _seconds(after.get("shorter_than"))
        at = (*path, "after")
        if longer is None and shorter is None and path[-1] != "best":
            message = saying("it would count however long it took")
            self._problems.append(self._document.problem(at, message, saying("Add `longer_than` or `shorter_than`.")))
        if longer is not None and shorter is not None and longer >= shorter:
            message = saying("nothing is longer than the one and shorter than the other")
            self._problems.append(self._document.problem((*at, "shorter_than"), message))
        if not isinstance(event, str):
            return None
        return After(
            event=event,
            same=self._same((*at, "event"), event, events),
            where=self._where(at, after, (event,)) if event in CATALOGUE else (),
            longer_than_s=longer,
            shorter_than_s=shorter,
            on_duty=after.get("on_duty") is True,
        )

    def _same(self, at: Path, event: str, events: tuple[str, ...]) -> str:
        """The field by which an earlier event is about the same thing as these."""
        if event not in CATALOGUE:
            hint = did_you_mean(event, CATALOGUE)
            self._problems.append(
                self._document.problem(at, saying("there is no event {name!r}", name=event[:100]), hint)
            )
            return ""
        common = fields_of((event, *events))
        same = next((name for name in _ABOUT if common.get(name) is str), "")
        if not same:
            message = saying(
                "nothing says which {event!r} belongs to which {other!r}: they have no such field in common",
                event=event,
                other=events[0],
            )
            self._problems.append(
                self._document.problem(at, message, saying("Name an event about the same alarm, ticket …"))
            )
        return same

    def _who(self, path: Path, item: dict[str, Any], events: tuple[str, ...]) -> Iterator[Problem]:
        who = item.get("who")
        if not isinstance(who, str) or who == ACTOR or any(name not in CATALOGUE for name in events):
            return
        fields = fields_of(events)
        if who == PRESENT:
            if fields.get("post") is not str:
                message = saying("`present` is for events at a post, and not all of these have one")
                yield self._document.problem((*path, "who"), message, saying("Name a field of the event, or `actor`."))
        elif fields.get(who) not in (str, list):
            people = [name for name, kind in fields.items() if kind in (str, list) and name not in CAMERA_FIELDS]
            hint = suggestion(who, [*_WORDS, *people], of=saying("names here"))
            yield self._document.problem(
                (*path, "who"), saying("the event names nobody as {who!r}", who=who[:63]), hint
            )


def _counted_tables(document: Document) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every table that says which records are counted, with its place."""
    for path, item in _list(document.data.get("point"), ("point",)):
        yield path, item
    for path, item in _list(document.data.get("commendation"), ("commendation",)):
        yield from _list(item.get("at_least"), (*path, "at_least"))
        best = item.get("best")
        if isinstance(best, dict):
            yield (*path, "best"), best


def _list(items: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (*path, index), item


def _seconds(text: Any) -> float | None:
    """A length of time; None for what is none, which the table's model says."""
    try:
        return parse_duration(text) if isinstance(text, str) else None
    except ValueError:
        return None
