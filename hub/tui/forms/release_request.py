"""The forms that ask for a release: for an agency with its letter, for the site's own use, and to mend either."""

from collections.abc import Mapping
from datetime import datetime

from hub.core.command import Command
from hub.core.releases.commands import AmendRelease, ReleaseForm, RequestRelease
from hub.core.releases.decisions import LEAST_OFFICERS, LONGEST
from hub.core.releases.events import ReleaseKind
from hub.core.releases.model import Release
from hub.core.text import Text
from hub.locale import _, say
from hub.tui.forms.form import LONGEST_NAME, Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.permits import MOST_LISTED, find_cameras
from hub.tui.forms.release_fields import officer_lines, parse_officers
from hub.tui.forms.when import parse_past
from hub.tui.situation import Situation


def ask_for(situation: Situation, kind: ReleaseKind) -> Form:
    """A new request."""
    return Form(
        key=f"release-request:{kind}",
        title=_("Ask for recordings for an agency") if kind == "external" else _("Ask for recordings for own use"),
        about=[_("From now on the originals of the period are held. A specialist checks it, then a leader decides.")],
        fields=_fields(situation, kind, None),
        submit=_("Ask"),
        done=_("The request waits for its check; the originals are held."),
        read=lambda values, now: _read(values, now, situation, kind, None),
    )


def amend(release: Release, situation: Situation) -> Form:
    """The same request with what was missing."""
    wanted = [_("Missing: {missing}").format(missing=release.missing)] if release.missing else []
    return Form(
        key=f"release-amend:{release.id}:{release.since_at.isoformat()}",
        title=_("Mend {release}").format(release=release.id),
        about=[*wanted, _("It is checked anew.")],
        fields=_fields(situation, release.kind, release),
        submit=_("Ask again"),
        done=_("The request waits for its check; the originals are held."),
        read=lambda values, now: _read(values, now, situation, release.kind, release),
    )


def _read(
    values: Values, now: datetime, situation: Situation, kind: ReleaseKind, before: Release | None
) -> Command | Problems:
    cameras = situation.site.cameras if situation.site is not None else []
    problems = {
        **missing(values, "agency", _("Say who is to get them.")),
        **missing(values, "reason", _("Say what they are needed for.")),
        **missing(values, "content", _("Say what is to be seen.")),
    }
    chosen, unknown = find_cameras(values.get("cameras", ""), cameras)
    if unknown:
        problems["cameras"] = unknown
    elif not chosen:
        problems["cameras"] = _("Name at least one camera.")
    elif len({each.domain for each in cameras if each.id in chosen}) > 1:
        problems["cameras"] = _("These belong to two domains: ask in each by itself.")
    from_at, to_at = (parse_past(values.get(name, ""), now, situation.zone) for name in ("from", "to"))
    problems |= _period(from_at, to_at, now)
    officers, wrong = parse_officers(values.get("officers", ""))
    letter = values.get("letter", "").strip() or (before.letter if before is not None else "")
    if kind == "external":
        if wrong:
            problems["officers"] = _("Not understood: {line}. Write the name, then the card's number.").format(
                line=wrong
            )
        elif len({each.identification for each in officers}) < LEAST_OFFICERS:
            problems["officers"] = _("Two officers at least, each with a card of their own.")
        problems |= missing(values, "letter_number", _("Write the letter's number."))
        if not letter:
            problems["letter"] = _("Name the file of the letter.")
    if problems or from_at is None or to_at is None:
        return problems
    form = ReleaseForm(
        kind=kind,
        agency=values["agency"].strip(),
        reason=values["reason"].strip(),
        content=values["content"].strip(),
        cameras=chosen,
        from_at=from_at,
        to_at=to_at,
        officers=officers,
        letter=letter,
        letter_number=values.get("letter_number", "").strip(),
        purpose=values.get("purpose", ""),
    )
    return RequestRelease(form=form) if before is None else AmendRelease(release=before.id, form=form)


def _period(from_at: datetime | None, to_at: datetime | None, now: datetime) -> Problems:
    if from_at is None:
        return {"from": _("Write 2h, 14:30 or 2026-11-30 08:00.")}
    if to_at is None:
        return {"to": _("Write 1h, 15:30 or 2026-11-30 09:00.")}
    if to_at <= from_at:
        return {"to": _("It must end after it begins.")}
    if to_at > now:
        return {"to": _("What is not recorded yet cannot be released.")}
    if to_at - from_at > LONGEST:
        return {"to": _("{days} days at most.").format(days=LONGEST.days)}
    return {}


def _fields(situation: Situation, kind: ReleaseKind, before: Release | None) -> list[Field]:
    site = situation.site
    cameras = site.cameras if site is not None else []
    purposes: Mapping[str, Text] = site.internal_purposes if site is not None else {}
    listed = len(cameras) <= MOST_LISTED
    what = _("Agency") if kind == "external" else _("Department")
    zone = situation.zone
    given = before.letter_number if before is not None else ""
    kept = _("path of a file; empty: the letter that is there") if before is not None else _("path of a file")
    papers = [
        Field(
            "officers",
            _("Officers"),
            _("a line each: name, number of the card that was shown"),
            officer_lines(before.officers) if before is not None else "",
            kind="text",
        ),
        Field("letter_number", _("Number of the letter"), "", given, LONGEST_NAME),
        Field("letter", _("Official letter"), kept, kind="file"),
    ]
    own = [
        Field(
            "purpose",
            _("Purpose"),
            "",
            before.purpose if before is not None else next(iter(purposes), ""),
            kind="choice",
            choices=tuple(Choice(key, say(name)) for key, name in purposes.items()),
        )
    ]
    return [
        Field("agency", what, _("the unit that is to get them"), before.agency if before else "", LONGEST_NAME),
        *(papers if kind == "external" else own),
        Field("reason", _("Reason"), _("what they are needed for"), before.reason if before else ""),
        Field("content", _("Content"), _("what is to be seen on them"), before.content if before else ""),
        Field(
            "cameras",
            _("Cameras"),
            _("Space picks; all of one domain") if listed else _("names or ids, with commas between"),
            ",".join(before.cameras) if before else "",
            kind="several" if listed else "line",
            choices=tuple(Choice(each.id, say(each.name)) for each in cameras) if listed else (),
        ),
        Field(
            "from",
            _("From"),
            _("2h ago, 14:30, 2026-11-30 08:00"),
            f"{before.from_at.astimezone(zone):%Y-%m-%d %H:%M}" if before else "",
            20,
        ),
        Field(
            "to",
            _("Until"),
            _("1h ago, 15:30, 2026-11-30 09:00"),
            f"{before.to_at.astimezone(zone):%Y-%m-%d %H:%M}" if before else "",
            20,
        ),
    ]
