"""The duty log as rows: the oldest first, as on paper; what was corrected is struck through, with the way to what is
right."""

from collections.abc import Iterable, Sequence

from hub.client.log import EntryDetail, EntryView
from hub.core.dutylog.model import Entry
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui.describe.record import actor
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

_TONES = {"incident": "fault", "measure": "", "visitor": "not_judged", "note": ""}


def columns() -> list[Column]:
    return [
        Column("at", _("Time"), 11),
        Column("kind", _("Kind"), 10),
        Column("text", _("Entry"), 24, flex=5),
        Column("cameras", _("Cameras"), 10, flex=1),
        Column("who", _("Who"), 9),
        Column("id", _("Number"), 7, from_width=84),
        Column("post", _("Post"), 9, from_width=120),
        Column("files", _("Files"), 6, from_width=100),
    ]


def rows(entries: Iterable[EntryView], situation: Situation) -> list[Row]:
    return [row(view, situation) for view in entries]


def row(view: EntryView, situation: Situation) -> Row:
    entry = view.entry
    tone, quiet = _tones(view, situation)
    files = len(view.attachments) + len(entry.picture_of)
    return Row(
        str(entry.seq),
        (
            Cell(_when(entry, situation), quiet),
            Cell(words.named(words.LOG_KINDS, _kind(entry)), tone or _TONES[entry.kind]),
            Cell(_line(view), tone or ("strong" if entry.kind == "incident" else "")),
            Cell(camera_names(entry, situation), quiet),
            Cell(actor(entry.by, situation.names), quiet),
            Cell(entry.id, quiet),
            Cell(situation.names.post(entry.post), quiet),
            Cell(f"+{files}" if files else "", quiet),
        ),
    )


def said(entry: Entry) -> str:
    """What an entry says, on one line."""
    text = " ".join(entry.text.split())
    if entry.kind != "visitor":
        return text
    who = words.listed(filter(None, (entry.visitor, entry.unit)))
    return ": ".join(filter(None, (who, entry.purpose if not entry.leaving else "", text)))


def kind_of(entry: Entry) -> str:
    """The word for what an entry is."""
    return _(words.LOG_KINDS[_kind(entry)][1])


def camera_names(entry: Entry, situation: Situation) -> str:
    return words.listed(situation.camera_name(camera) for camera in entry.cameras)


def facts(view: EntryView, situation: Situation) -> list[Fact]:
    """An entry in short, for the lines below the list."""
    entry = view.entry
    written = _("{id}, written by {who} at {clock}").format(
        id=entry.id, who=actor(entry.by, situation.names), clock=moments.stamp(entry.entered_at, situation.zone)
    )
    tone = "struck" if view.corrected_by else "strong"
    return [Fact("", said(entry) or words.named(words.LOG_KINDS, _kind(entry)), tone), Fact("", written, "muted")]


def full(detail: EntryDetail, situation: Situation) -> list[Fact]:
    """An entry with everything that is known of it."""
    view, zone = detail.view, situation.zone
    entry = view.entry
    found = [
        Fact(_("Entry"), f"{entry.id}  {words.named(words.LOG_KINDS, _kind(entry))}", "strong"),
        Fact(_("Text"), entry.text or "-", "struck" if view.corrected_by else ""),
    ]
    if view.corrected_by:
        found.append(Fact(_("Corrected"), _("wrong; {id} took its place").format(id=view.corrected_by), "fault"))
    if entry.corrects:
        before = f": {said(detail.corrects.entry)}" if detail.corrects else ""
        found += [
            Fact(_("Corrects"), f"{entry.corrects}{before}"),
            Fact(_("Reason"), entry.reason),
        ]
    found.append(Fact(_("Happened"), moments.stamp(entry.happened_at, zone)))
    late = _(" (late)") if entry.late else ""
    found.append(Fact(_("Written"), moments.stamp(entry.entered_at, zone) + late, "fault" if entry.late else ""))
    found.append(Fact(_("Written by"), actor(entry.by, situation.names)))
    found += _optional(entry, view, situation)
    if detail.about is not None:
        found.append(Fact(_("Follows"), f"{entry.about}: {said(detail.about.entry)}"))
    elif entry.about:
        found.append(Fact(_("Follows"), entry.about))
    for each in detail.following:
        clock = moments.clock(each.entry.happened_at, zone, now=situation.now)
        what = f"{clock} {words.named(words.LOG_KINDS, _kind(each.entry))}  {said(each.entry)}"
        found.append(Fact(each.entry.id, what, "struck" if each.corrected_by else ""))
    return found


def merged(known: Sequence[EntryView], more: Iterable[EntryView]) -> list[EntryView]:
    """Both in the order of their records, each once, as it was told last."""
    by_seq = {view.entry.seq: view for view in known}
    by_seq.update((view.entry.seq, view) for view in more)
    return [by_seq[seq] for seq in sorted(by_seq)]


def inside(visitors: Sequence[Entry], situation: Situation) -> list[tuple[str, str]]:
    """The visitors who are inside: the id of the arrival, and who it is since when."""
    ordered = sorted(visitors, key=lambda entry: entry.happened_at)
    return [
        (
            entry.id,
            words.about(
                words.beside(entry.visitor, entry.unit) if entry.unit else entry.visitor,
                _("since {clock}").format(clock=moments.clock(entry.happened_at, situation.zone, now=situation.now)),
            ),
        )
        for entry in ordered
    ]


def _optional(entry: Entry, view: EntryView, situation: Situation) -> list[Fact]:
    site = situation.site
    alarm = next((each.alarm for each in site.alarms if each.alarm.id == entry.alarm), None) if site else None
    ticket = next((each.ticket for each in site.tickets if each.ticket.id == entry.ticket), None) if site else None
    left = moments.stamp(view.left_at, situation.zone) if view.left_at is not None else _("still inside")
    optional = [
        (_("Visitor"), entry.visitor),
        (_("From"), entry.unit),
        (_("Purpose"), entry.purpose),
        (_("Left"), "" if entry.kind != "visitor" or entry.leaving else left),
        (_("Taken by"), entry.taken_by),
        (_("Cameras"), camera_names(entry, situation)),
        (_("Alarm"), f"{entry.alarm} {say(alarm.title) if alarm else ''}".strip() if entry.alarm else ""),
        (_("Ticket"), f"{entry.ticket} {say(ticket.title) if ticket else ''}".strip() if entry.ticket else ""),
        (_("Post"), situation.names.post(entry.post)),
        (_("Present"), words.listed(map(situation.names.person, entry.present))),
        (_("Reported"), _("to the leader") if entry.reported else ""),
        (_("Files"), words.listed(file.name for file in view.attachments)),
        (_("Pictures"), _pictures(view, situation)),
    ]
    return [Fact(label, text) for label, text in optional if text]


def _pictures(view: EntryView, situation: Situation) -> str:
    kept = {picture.camera for picture in view.pictures}
    missing = [situation.camera_name(camera) for camera in view.entry.picture_of if camera not in kept]
    names = words.listed(situation.camera_name(picture.camera) for picture in view.pictures)
    return words.clauses(
        filter(None, (names, _("not kept: {names}").format(names=words.listed(missing)) if missing else ""))
    )


def _tones(view: EntryView, situation: Situation) -> tuple[str, str]:
    if situation.stale:
        return "stale", "stale"
    return ("struck", "struck") if view.corrected_by else ("", "muted")


def _kind(entry: Entry) -> str:
    return "left" if entry.leaving else entry.kind


def _line(view: EntryView) -> str:
    """The text with what later entries say of it before it."""
    entry = view.entry
    marks = []
    if view.corrected_by:
        marks.append(_("[see {id}]").format(id=view.corrected_by))
    if entry.corrects:
        marks.append(_("[instead of {id}]").format(id=entry.corrects))
    if entry.about:
        marks.append(_("[to {id}]").format(id=entry.about))
    if view.left:
        marks.append(_("[left]"))
    if entry.late:
        marks.append(_("[late]"))
    return " ".join([*marks, said(entry)])


def _when(entry: Entry, situation: Situation) -> str:
    return moments.stamp(entry.happened_at, situation.zone)[5:16]
