"""Case files: `rules/cases/*.toml`, from TOML to cases, or to every problem at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.automation.happenings import FIELDS, KINDS
from hub.automation.language.fields import event_fields
from hub.automation.trials.cases import Case, Expected, Given, Wanted
from hub.config.explain import unknown_key
from hub.config.problems import Problem, all_of, did_you_mean, errors_of, in_order, suggestion
from hub.config.read import read_text
from hub.config.rules.case_times import CaseClock
from hub.config.rules.case_values import SORTS, as_text, holds_text, kind_of, quoted, unfit
from hub.config.toml import Document, Path, parse_toml
from hub.core.catalogue import CATALOGUE
from hub.core.event import Event
from hub.core.rules.events import VariableValue
from hub.core.saying import NOTHING, Saying, saying
from hub.core.text import Text

FOLDER = "rules/cases"
_MOST_FILES = 200
_MOST_CASES = 500
_MOST_LINES = 500
_LONGEST = timedelta(days=400)

_CASE_KEYS = ("name", "rule", "rules", "start", "variables", "given", "until", "then", "exactly")
_GIVEN_KEYS = ("at", "time", "event", "actor")
_WHEN_KEYS = ("at", "by", "between")
_THEN_KEYS = (*KINDS, "not", *_WHEN_KEYS, "times", "rule")


class KnownToCases(msgspec.Struct, frozen=True, kw_only=True):
    """What cases of a site may name."""

    cameras: frozenset[str]
    rules: frozenset[str]
    zone: ZoneInfo
    variables: Mapping[str, VariableValue] = {}


class CaseSet(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a site. File names are relative to the site: `rules/cases/watch.toml`."""

    cases: tuple[Case, ...] = ()
    """Those of files without an error."""
    problems: tuple[Problem, ...] = ()


def load_cases(folder: FilePath, known: KnownToCases) -> CaseSet:
    """The cases of the site in `folder`. Never raises: a file that is broken is named in `problems`."""
    try:
        paths = sorted(path for path in (folder / FOLDER).glob("*.toml") if not path.name.startswith("."))
    except OSError as error:
        return CaseSet(
            problems=(
                Problem(file=FOLDER, message=saying("the folder cannot be read: {reason}", reason=error.strerror)),
            )
        )
    cases: list[Case] = []
    problems: list[Problem] = []
    if len(paths) > _MOST_FILES:
        problems.append(
            Problem(file=FOLDER, message=saying("there are more than {most} files of cases", most=_MOST_FILES))
        )
    for path in paths[:_MOST_FILES]:
        file = f"{FOLDER}/{path.name}"
        text, found = read_text(path, file)
        if not found:
            of_file, found = parse_cases(text, file, known=known)
            cases += of_file if not errors_of(found) else []
        problems += found
    return CaseSet(cases=tuple(cases), problems=tuple(problems))


def parse_cases(text: str, file: str, *, known: KnownToCases) -> tuple[list[Case], list[Problem]]:
    """The cases that are free of errors, and every problem of the file in its order. Never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return [], in_order(problems)
    problems += [unknown_key(document, (key,), ["case"]) for key in document.data if key != "case"]
    items = document.data.get("case", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return [], in_order(
            [*problems, document.problem(("case",), saying("cases are written as [[case]]"), of_key=True)]
        )
    if len(items) > _MOST_CASES:
        problems.append(
            document.problem(("case", _MOST_CASES), saying("a file holds at most {most} cases", most=_MOST_CASES))
        )
    cases = []
    for index, item in enumerate(items[:_MOST_CASES]):
        reader = _Reader(document, ("case", index), item, known)
        case = reader.case()
        problems += reader.problems
        if case is not None:
            cases.append(case)
    return cases, in_order(problems)


class _Reader:
    """Reads one case, gathering its problems on the way."""

    def __init__(self, document: Document, path: Path, item: Mapping[str, Any], known: KnownToCases) -> None:
        self._document = document
        self._path = path
        self._item = item
        self._known = known
        self._clock = CaseClock(known.zone)
        self.problems: list[Problem] = []

    def case(self) -> Case | None:
        for key in self._item:
            if key not in _CASE_KEYS:
                self.problems.append(unknown_key(self._document, (*self._path, key), _CASE_KEYS))
        name = self._text("name") or ""
        if "name" not in self._item:
            self._wrong((), saying("expected `name`"), saying("A sentence that says what should come of it."))
        self._clock.begin(self._when(("start",), self._item["start"]) if "start" in self._item else self._first())
        given = [self._given(("given", index), row) for index, row in self._rows("given")]
        # What should come of it is looked for in the whole case: a time of day is the first one from its beginning.
        self._clock.now = self._clock.start
        expected = [self._expected(("then", index), row) for index, row in self._rows("then")]
        if not expected and not self.problems:
            self._wrong(
                (),
                saying("expected `then`: what should come of it"),
                saying('`then = [{ not = { alarm = "*" } }]` for nothing.'),
            )
        until = self._until(given, expected)
        case = Case(
            name=name,
            file=self._document.file,
            line=self._document.position(self._path).line,
            start=self._clock.start,
            until=until,
            rules=self._rules(),
            variables=self._variables(),
            given=tuple(each for each in given if each is not None),
            expected=tuple(each for each in expected if each is not None),
            exactly=self._flag("exactly"),
        )
        return case if not errors_of(self.problems) else None

    # --- the case's own keys ----------------------------------------------------------------------------------------

    def _rules(self) -> tuple[str, ...]:
        key = "rules" if "rules" in self._item else "rule"
        named = self._item.get(key, [])
        names = [named] if isinstance(named, str) else named
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._wrong((key,), saying("expected the id of a rule, or a list of them"))
            return ()
        for index, name in enumerate(names):
            if name not in self._known.rules:
                path = (key, index) if isinstance(named, list) else (key,)
                hint = suggestion(name, self._known.rules, of=saying("rules"))
                self._wrong(path, saying("there is no rule {name!r} without an error", name=name[:63]), hint)
        return tuple(names)

    def _variables(self) -> dict[str, VariableValue]:
        given = self._item.get("variables", {})
        if not isinstance(given, dict):
            self._wrong(("variables",), saying("expected a table, such as { line_stopped = true }"))
            return {}
        values: dict[str, VariableValue] = {}
        for name, value in given.items():
            declared = self._known.variables.get(name)
            if declared is None:
                hint = suggestion(name, self._known.variables, of=saying("variables"))
                self._wrong(("variables", name), saying("no variable {name!r} is declared", name=name[:63]), hint)
            elif kind_of(value) is not kind_of(declared):
                self._wrong(
                    ("variables", name), saying("expected {sort}, as it is declared", sort=SORTS[kind_of(declared)])
                )
            else:
                values[name] = float(value) if kind_of(value) is float else value
        return values

    def _until(self, given: Sequence[Given | None], expected: Sequence[Expected | None]) -> datetime:
        named = [each.at for each in given if each is not None]
        named += [at for each in expected if each is not None for at in (each.at, each.by) if at is not None]
        latest = max(named, default=self._clock.start)
        if "until" not in self._item:
            return latest
        until = self._when(("until",), self._item["until"])
        if until is None:
            return latest
        if until < latest:
            self._wrong(("until",), saying("the case ends before the last thing in it"))
        if until - self._clock.start > _LONGEST:
            self._wrong(("until",), saying("a case lasts at most {days} days", days=_LONGEST.days))
            return latest
        return until

    def _first(self) -> datetime | None:
        """When the first thing happens, if that is not said in relation to the beginning."""
        rows = self._item.get("given")
        first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        written = first.get("at", first.get("time"))
        if isinstance(written, str) and written.startswith("+"):
            return None
        return self._clock.read(written) if written is not None and not self._clock.why(written) else None

    # --- what is given ----------------------------------------------------------------------------------------------

    def _given(self, path: Path, row: Mapping[str, Any]) -> Given | None:
        name = row.get("event")
        at = self._at(path, row)
        if at is not None:
            if at < self._clock.now:
                self._wrong((*path, "at"), saying("this is before the line above it, or before the case begins"))
            self._clock.now = max(self._clock.now, at)
        line = self._document.position((*self._path, *path)).line
        if name is None:
            others = [key for key in row if key not in ("at", "time")]
            if others:
                self._wrong(
                    (*path, others[0]),
                    saying("expected `event` beside it"),
                    saying("A line without an event only lets time pass."),
                )
            return Given(at=at, line=line) if at is not None else None
        if not isinstance(name, str) or name not in CATALOGUE:
            hint = did_you_mean(str(name), CATALOGUE)
            self._wrong((*path, "event"), saying("there is no event {name!r}", name=str(name)[:63]), hint)
            return None
        actor = row.get("actor", "case")
        if not isinstance(actor, str):
            self._wrong((*path, "actor"), saying("expected a text such as 'person:wang'"))
            return None
        event = self._event(path, CATALOGUE[name], row, at or self._clock.now)
        return Given(at=at, event=event, actor=actor, line=line) if at is not None and event is not None else None

    def _event(self, path: Path, cls: type[Event], row: Mapping[str, Any], at: datetime) -> Event | None:
        known = {field.name: field for field in msgspec.structs.fields(cls)}
        values: dict[str, Any] = {}
        before = len(self.problems)
        for key, value in row.items():
            if key in known:
                values[key] = self._value((*path, key), cls, key, value)
            elif key not in _GIVEN_KEYS:
                here = (*self._path, *path, key)
                self.problems.append(unknown_key(self._document, here, [*known, *_GIVEN_KEYS]))
        camera = values.get("camera")
        if isinstance(camera, str) and camera not in self._known.cameras:
            hint = suggestion(camera, self._known.cameras, of=saying("cameras"))
            self._wrong((*path, "camera"), saying("there is no camera {name!r} in hub.toml", name=camera[:63]), hint)
        if "since_at" in known and known["since_at"].required:
            values.setdefault("since_at", at)
        if "subject" in known and camera is not None:
            values.setdefault("subject", f"camera:{camera}")
        if "title" in known:
            values.setdefault("title", Text(en=""))
        missing = [name for name, field in known.items() if field.required and name not in values]
        if missing:
            self._wrong((*path, "event"), saying("{names} must be said of this event", names=quoted(missing)))
        if len(self.problems) > before:
            return None
        try:
            plain = {name: msgspec.to_builtins(value) for name, value in values.items()}
            return msgspec.convert({**plain, "type": cls.__struct_config__.tag}, cls)
        except msgspec.ValidationError as error:
            message, _, where = str(error).partition(" - at `$.")
            key = where.rstrip("`").partition(".")[0].partition("[")[0]
            self._wrong(
                (*path, key) if key in row else path,
                unfit(message[:200]),
            )
            return None

    def _value(self, path: Path, cls: type[Event], key: str, value: Any) -> Any:
        field = event_fields(str(cls.__struct_config__.tag)).get(key)
        if field is not None and field.kind is datetime:
            return self._when(path, value)
        if not holds_text(cls, key):
            return value
        if isinstance(value, list):
            return [as_text(item) if isinstance(item, str) else item for item in value]
        return as_text(value) if isinstance(value, str) else value

    # --- what should come of it -------------------------------------------------------------------------------------

    def _expected(self, path: Path, row: Mapping[str, Any]) -> Expected | None:
        inner = row.get("not")
        if inner is not None:
            if not isinstance(inner, dict) or any(key not in ("not", "at", "by") for key in row):
                self._wrong((*path, "not"), saying('expected `{ not = { alarm = "…" } }` and nothing beside it'))
                return None
            found = self._expected((*path, "not"), inner)
            return msgspec.structs.replace(found, never=True, times=None) if found is not None else None
        # Events have fields of these names too: `{ event = "alarm.returned", alarm = "A-1" }`.
        kinds = ["event"] if "event" in row else [key for key in row if key in KINDS]
        if len(kinds) != 1:
            if kinds:
                message, hint = (
                    saying("one line expects one thing, found {kinds}", kinds=all_of(kinds)),
                    saying("Write a table for each."),
                )
            else:
                message = saying("expected one of {kinds} or not", kinds=tuple(KINDS))
                hint = next((hint for key in row if (hint := did_you_mean(key, KINDS))), NOTHING)
            self._wrong(path, message, hint)
            return None
        kind = kinds[0]
        name = row[kind]
        if isinstance(name, bool) and name:
            name = ""
        if not isinstance(name, str):
            self._wrong((*path, kind), saying("expected a text, or true for any"))
            return None
        fields = self._fields(path, kind, name, row)
        self._check_name(path, kind, name, fields)
        at = self._at(path, row, needed=False)
        by = self._when((*path, "by"), row["by"]) if "by" in row else None
        since = None
        if "between" in row:
            since, by = self._between((*path, "between"), row)
        times = row.get("times")
        if times is not None and (not isinstance(times, int) or isinstance(times, bool) or not 0 <= times <= 1000):
            self._wrong((*path, "times"), saying("expected how often, 0 to 1000"))
            return None
        line = self._document.position((*self._path, *path)).line
        return Expected(kind=kind, name=name, fields=fields, at=at, since=since, by=by, times=times, line=line)

    def _between(self, path: Path, row: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
        written = row["between"]
        if not isinstance(written, list) or len(written) != 2:
            self._wrong(path, saying('expected two times, such as ["09:00", "09:20"]'))
            return None, None
        if "at" in row or "by" in row:
            self._wrong(path, saying("`between` stands in the place of `at` and `by`"))
        since, by = (self._when((*path, index), each) for index, each in enumerate(written))
        if since is not None and by is not None and by < since:
            self._wrong(path, saying("the second time comes before the first"))
        return since, by

    def _fields(self, path: Path, kind: str, name: str, row: Mapping[str, Any]) -> dict[str, Wanted]:
        known: Iterable[str] = FIELDS.get(kind, ())
        if kind == "event" and name in CATALOGUE:
            known = [field.name for field in msgspec.structs.fields(CATALOGUE[name])]
        fields: dict[str, Wanted] = {}
        for key, value in row.items():
            if key in (kind, *_WHEN_KEYS, "times"):
                continue
            if key not in known and key != "rule":
                here = (*self._path, *path, key)
                self.problems.append(unknown_key(self._document, here, [*known, *_THEN_KEYS]))
            elif not isinstance(value, str | bool | int | float) and not (
                isinstance(value, list) and all(isinstance(item, str) for item in value)
            ):
                self._wrong((*path, key), saying("expected a text, a number, true or false, or a list of texts"))
            else:
                fields[key] = value
        return fields

    def _check_name(self, path: Path, kind: str, name: str, fields: Mapping[str, Wanted]) -> None:
        if kind == "event" and name not in CATALOGUE:
            self._wrong(
                (*path, kind), saying("there is no event {name!r}", name=name[:63]), did_you_mean(name, CATALOGUE)
            )
        named = {"rule": fields.get("rule"), **({kind: name} if kind in ("fired", "start") else {})}
        for key, rule in named.items():
            if isinstance(rule, str) and rule and "*" not in rule and rule not in self._known.rules:
                self._wrong(
                    (*path, key),
                    saying("there is no rule {name!r}", name=rule[:63]),
                    did_you_mean(rule, self._known.rules),
                )
        cameras = {"camera": fields.get("camera"), **({kind: name} if kind in ("snapshot", "protect") else {})}
        for key, camera in cameras.items():
            if isinstance(camera, str) and camera and "*" not in camera and camera not in self._known.cameras:
                hint = suggestion(camera, self._known.cameras, of=saying("cameras"))
                self._wrong((*path, key), saying("there is no camera {name!r} in hub.toml", name=camera[:63]), hint)

    # --- small things -----------------------------------------------------------------------------------------------

    def _rows(self, key: str) -> list[tuple[int, Mapping[str, Any]]]:
        rows = self._item.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._wrong((key,), saying("expected a list of tables: `{key} = [{{ … }}]`", key=key))
            return []
        if len(rows) > _MOST_LINES:
            self._wrong((key,), saying("a case has at most {most} lines here", most=_MOST_LINES))
            return []
        return list(enumerate(rows))

    def _at(self, path: Path, row: Mapping[str, Any], *, needed: bool = True) -> datetime | None:
        key = "time" if "time" in row and "at" not in row and needed else "at"
        if key not in row:
            if needed:
                self._wrong(
                    path,
                    saying("expected `at`: when it happens"),
                    saying("Such as '08:00:00', or '+30s' after the beginning."),
                )
            return None
        return self._when((*path, key), row[key])

    def _when(self, path: Path, value: Any) -> datetime | None:
        why = self._clock.why(value)
        if why:
            self._wrong(path, why)
            return None
        return self._clock.read(value)

    def _text(self, key: str) -> str | None:
        value = self._item.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip() or len(value) > 300):
            self._wrong((key,), saying("expected a text in quotes, 300 characters at most"))
            return None
        return value

    def _flag(self, key: str) -> bool:
        value = self._item.get(key, False)
        if not isinstance(value, bool):
            self._wrong((key,), saying("expected true or false"))
            return False
        return value

    def _wrong(self, path: Path, message: Saying, hint: Saying = NOTHING) -> None:
        self.problems.append(self._document.problem((*self._path, *path), message, hint))
