"""Forms about the duty log."""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from hub.client import SiteView
from hub.client.log import EntryView
from hub.core.command import Command
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.dutylog.decisions import LONGEST_LATE
from hub.locale import _
from hub.tui import words
from hub.tui.forms.form import LONGEST_NAME, Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.when import parse_past
from hub.tui.rows.dutylog import said

_LONGEST = 4000


def write(site: SiteView, zone: tzinfo, *, camera: str = "", alarm: str = "", ticket: str = "") -> Form:
    """An incident or a note; `camera` is the one at hand, whose picture can be kept with it."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "text", _("Say what happened."))
        at, wrong = _past(values, now, zone)
        cameras, unknown = _cameras(values, site)
        if problems or wrong or unknown:
            return {**problems, **wrong, **unknown}
        chosen = _several(values, "more")
        return WriteEntry(
            kind="note" if values.get("kind") == "note" else "incident",
            text=values["text"].strip(),
            happened_at=at,
            cameras=cameras,
            pictures=cameras[:8] if "picture" in chosen else [],
            attachments=_file(values),
            alarm=alarm or None,
            ticket=ticket or None,
            reported="report" in chosen,
        )

    about = alarm or ticket
    return Form(
        key=f"log:{camera}:{about}",
        title=_("Write into the duty log"),
        about=[
            _("It belongs to {thing}.").format(thing=about) if about else "",
            _("Nothing that is written can be changed or deleted. Ctrl+S writes it down at once."),
        ],
        fields=[
            Field("text", _("What happened"), limit=_LONGEST, kind="text"),
            Field("kind", _("Kind"), initial="incident" if about else "note", kind="choice", choices=_kinds()),
            Field("cameras", _("Cameras"), _("names, with commas between; may be left empty"), camera, LONGEST_NAME),
            _when_field(),
            _file_field(),
            Field("more", _("Also"), kind="several", choices=_more(), initial="picture" if camera else ""),
        ],
        submit=_("Write down"),
        done=_("It is in the duty log."),
        read=read,
    )


def measure(view: EntryView, zone: tzinfo) -> Form:
    """What was done about an incident."""
    entry = view.entry

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "text", _("Say what was done."))
        at, wrong = _past(values, now, zone)
        if problems or wrong:
            return {**problems, **wrong}
        return WriteEntry(
            kind="measure",
            text=values["text"].strip(),
            happened_at=at,
            about=entry.id,
            taken_by=values.get("taken_by", "").strip(),
            attachments=_file(values),
            alarm=entry.alarm,
            ticket=entry.ticket,
        )

    return Form(
        key=f"measure:{entry.id}",
        title=_("Measure taken, {id}").format(id=entry.id),
        about=[said(entry), _("Ctrl+S writes it down at once.")],
        fields=[
            Field("text", _("What was done"), limit=_LONGEST, kind="text"),
            Field("taken_by", _("By whom"), _("empty: by yourself"), limit=LONGEST_NAME),
            _when_field(),
            _file_field(),
        ],
        submit=_("Write down"),
        done=_("It is in the duty log."),
        read=read,
    )


def correct(view: EntryView, zone: tzinfo) -> Form:
    entry = view.entry
    happened = f"{entry.happened_at.astimezone(zone):%Y-%m-%d %H:%M}"

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = {
            **missing(values, "text", _("Say what is right.")),
            **missing(values, "reason", _("Say why it was wrong.")),
        }
        changed = values.get("when", "").strip() != happened
        at, wrong = _past(values, now, zone) if changed else (None, {})
        if problems or wrong:
            return {**problems, **wrong}
        return CorrectEntry(
            entry=entry.id, text=values["text"].strip(), reason=values["reason"].strip(), happened_at=at
        )

    return Form(
        key=f"correct:{entry.id}",
        title=_("Correct {id}").format(id=entry.id),
        about=[_("The old entry stays, struck through, with the way to the new one.")],
        fields=[
            Field("text", _("What is right"), initial=entry.text, limit=_LONGEST, kind="text"),
            Field("reason", _("Why it was wrong")),
            _when_field(happened),
        ],
        submit=_("Correct"),
        done=_("{id} is corrected.").format(id=entry.id),
        read=read,
    )


def visitor(zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = {
            **missing(values, "visitor", _("Say who came.")),
            **missing(values, "unit", _("Say where the visitor comes from.")),
            **missing(values, "purpose", _("Say what for.")),
        }
        at, wrong = _past(values, now, zone)
        if problems or wrong:
            return {**problems, **wrong}
        return ReceiveVisitor(
            visitor=values["visitor"].strip(),
            unit=values["unit"].strip(),
            purpose=values["purpose"].strip(),
            note=values.get("note", "").strip(),
            happened_at=at,
            attachments=_file(values),
        )

    return Form(
        key="visitor",
        title=_("A visitor came"),
        about=[],
        fields=[
            Field("visitor", _("Name"), limit=LONGEST_NAME),
            Field("unit", _("From"), _("company or department"), limit=LONGEST_NAME),
            Field("purpose", _("Purpose")),
            Field("note", _("Remark"), _("may be left empty; card number, who goes along")),
            _when_field(),
            _file_field(),
        ],
        submit=_("Write down"),
        done=_("The visitor is in the duty log."),
        read=read,
    )


def see_off(inside: Sequence[tuple[str, str]], chosen: str, zone: tzinfo) -> Form:
    """`inside`: the visitors by the id of their arrival."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "entry", _("Say who went."))
        at, wrong = _past(values, now, zone)
        if problems or wrong:
            return {**problems, **wrong}
        return SeeOffVisitor(entry=values["entry"], note=values.get("note", "").strip(), happened_at=at)

    return Form(
        key=f"leave:{chosen}",
        title=_("A visitor went"),
        about=[],
        fields=[
            Field(
                "entry",
                _("Who"),
                initial=chosen,
                kind="choice",
                choices=tuple(Choice(entry, label) for entry, label in inside),
            ),
            Field("note", _("Remark"), _("may be left empty")),
            _when_field(),
        ],
        submit=_("Write down"),
        done=_("The visitor is seen off."),
        read=read,
    )


def _when_field(initial: str = "") -> Field:
    return Field("when", _("When it happened"), _("empty: now; 20m ago, 14:30, 2026-11-30 08:00"), initial, 20)


def _file_field() -> Field:
    return Field("file", _("Picture or PDF"), _("path of a file on this machine; may be left empty"), kind="file")


def _kinds() -> tuple[Choice, ...]:
    return tuple(Choice(kind, _(words.LOG_KINDS[kind][1])) for kind in ("incident", "note"))


def _more() -> tuple[Choice, ...]:
    return (
        Choice("picture", _("keep the present picture of these cameras")),
        Choice("report", _("report it to the leader")),
    )


def _cameras(values: Values, site: SiteView) -> tuple[list[str], Problems]:
    """The cameras that were named by id, by name, or by a part of a name that only one has; or what is wrong."""
    found: list[str] = []
    for part in re.split(r"[,，、;；]", values.get("cameras", "")):
        if not (typed := part.strip().casefold()):
            continue
        names = {camera.id: (camera.id, camera.name.en, camera.name.zh) for camera in site.cameras}
        exact = [key for key, known in names.items() if typed in map(str.casefold, known)]
        like = exact or [key for key, known in names.items() if any(typed in name.casefold() for name in known)]
        if len(like) != 1:
            few = words.listed(like[:3])
            said = _("Several cameras are called like {name}: {few}.") if like else _("No camera is called {name}.")
            return [], {"cameras": said.format(name=part.strip(), few=few)}
        found += like
    return list(dict.fromkeys(found)), {}


def _several(values: Values, name: str) -> list[str]:
    return [value for value in values.get(name, "").split(",") if value]


def _file(values: Values) -> list[str]:
    named = values.get("file", "").strip()
    return [named] if named else []


def _past(values: Values, now: datetime, zone: tzinfo) -> tuple[datetime | None, Problems]:
    """When it happened, None for now; or what is wrong with what was typed."""
    typed = values.get("when", "").strip()
    if not typed:
        return None, {}
    at = parse_past(typed, now, zone)
    if at is None:
        return None, {"when": _("Write 20m, 2h, 14:30 or 2026-11-30 08:00, or leave it empty.")}
    if at > now:
        return None, {"when": _("This has not come yet.")}
    if now - at > LONGEST_LATE:
        return None, {"when": _("This is more than {n} days ago.").format(n=LONGEST_LATE.days)}
    return at, {}
