"""Rows and details of releases of recordings."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from hub.client import SiteView
from hub.client.releases import ReleaseDetail
from hub.core.people.account import Account
from hub.core.releases.model import Release
from hub.core.text import Text
from hub.locale import _, ngettext, say
from hub.tui import moments, words
from hub.tui.describe.record import actor, describe_view
from hub.tui.names import Names
from hub.tui.refusals import translated
from hub.tui.rows.packages import missing as missing_of
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation
from hub.tui.words_releases import RELEASE_KINDS, RELEASE_STATES, size

_TONES = {
    "requested": "fault",
    "checked": "fault",
    "returned": "fault",
    "preparing": "",
    "approved": "",
    "prepared": "good",
    "handed_over": "good",
}
_ORDER = ("checked", "requested", "prepared", "approved", "preparing", "returned", "handed_over")
_HASH_SHOWN = 16


def columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("state", _("State"), 15),
        Column("agency", _("Unit"), 12, flex=2),
        Column("cameras", _("Cameras"), 12, flex=2),
        Column("from", _("From"), 12, from_width=96),
        Column("to", _("Until"), 12, from_width=110),
        Column("reason", _("Reason"), 10, flex=3),
        Column("requester", _("Asked for by"), 12, flex=1, from_width=110),
    ]


def rows(situation: Situation, past: Iterable[Release] = ()) -> list[Row]:
    """Those that want somebody, longest first; then the former ones, newest first."""
    if situation.site is None:
        return []
    standing = {release.id: release for release in situation.site.releases}
    opened = sorted(standing.values(), key=lambda release: (_ORDER.index(release.state), release.since_at))
    former = [release for release in past if release.id not in standing and release.over_at is not None]
    return [_row(release, situation) for release in (*opened, *former)]


def waits_for(release: Release, me: Account) -> bool:
    """Whether the next step is this person's to take."""
    match release.state:
        case "requested" | "approved" | "prepared":
            return "export" in me.rights
        case "checked":
            return decides(release, me)
        case "handed_over":
            return "approve" in me.rights
        case "returned":
            return release.requester == me.actor
        case _:
            return False


def decides(release: Release, me: Account) -> bool:
    """Whether this person may approve or refuse it: four eyes."""
    return "approve" in me.rights and me.actor not in (release.requester, release.checked_by)


def count(site: SiteView) -> int:
    """How many wait for the person at the screen; one that was handed over has time."""
    return sum(waits_for(release, site.me) for release in site.releases if release.state != "handed_over")


def camera_names(release: Release, situation: Situation) -> str:
    return words.listed(situation.camera_name(camera) for camera in release.cameras)


def facts(release: Release, situation: Situation, making: Sequence[Fact] = ()) -> list[Fact]:
    """`making`: how far its package is, while it is made."""
    purpose = situation.site.internal_purposes.get(release.purpose) if situation.site is not None else None
    found = particulars(
        release,
        [situation.camera_name(camera) for camera in release.cameras],
        purpose,
        situation.names,
        lambda at: moments.clock(at, situation.zone, now=situation.now),
    )
    tone = "stale" if situation.stale else _TONES.get(release.state, "muted")
    state = words.named(RELEASE_STATES, release.state, stale=situation.stale)
    return [
        found[0],
        Fact(_("State"), state, tone),
        *(making if release.state == "preparing" else ()),
        *found[2:],
        Fact(_("Clause"), "4.2", "muted"),
    ]


def full(detail: ReleaseDetail, situation: Situation) -> list[Fact]:
    """Everything about a release, then its course."""
    course = [
        Fact(
            moments.clock(record.seen_at, situation.zone, now=situation.now),
            words.beside(describe_view(record, situation.names), actor(record.actor, situation.names)),
        )
        for record in detail.records
    ]
    return [*facts(detail.view.release, situation), *([Fact("", "")] if course else []), *course]


def particulars(
    release: Release,
    cameras: Sequence[str],
    purpose: Text | None,
    names: Names,
    clock: Callable[[datetime], str],
) -> list[Fact]:
    """Everything about a release; number and state first."""

    def who(name: str, at: datetime | None) -> str:
        person = actor(name, names)
        return _("{who}, {clock}").format(who=person, clock=clock(at)) if at is not None else person

    span = moments.span((release.to_at - release.from_at).total_seconds())
    period = _("{begin} to {end}").format(begin=clock(release.from_at), end=clock(release.to_at))
    found = [
        Fact(_("Release"), words.beside(release.id, words.word(RELEASE_KINDS, release.kind)), "strong"),
        Fact(_("State"), _(RELEASE_STATES[release.state][1])),
        *([Fact(_("Missing"), release.missing, "fault")] if release.missing else []),
        *([Fact(_("Not packed"), translated(release.failure), "fault")] if release.failure else []),
        Fact(_("Unit"), release.agency),
        Fact(_("Reason"), release.reason),
        Fact(_("Cameras"), words.listed(cameras)),
        Fact(_("Time span"), words.beside(period, span)),
        Fact(_("Content"), release.content),
        *(Fact(_("Officer"), words.beside(each.name, each.identification)) for each in release.officers),
        *(
            [Fact(_("Letter"), words.beside(release.letter_number, f"{release.letter[:_HASH_SHOWN]}…"))]
            if release.letter
            else []
        ),
        *([Fact(_("Purpose"), say(purpose) if purpose is not None else release.purpose)] if release.purpose else []),
        Fact(_("Asked by"), who(release.requester, release.requested_at)),
    ]
    if release.checked_by:
        found.append(Fact(_("Checked"), _noted(who(release.checked_by, release.checked_at), release.check_note)))
    if release.decided_by:
        found.append(Fact(_("Decided"), _noted(who(release.decided_by, release.decided_at), release.decision)))
    found += _package(release, who)
    if release.over_at is not None:
        found.append(Fact(_("Over"), _noted(who(release.over_by, release.over_at), release.over_note)))
    else:
        found.append(Fact(_("Held"), _("the originals, until this is over"), "good"))
    return found


def _package(release: Release, who: Callable[[str, datetime | None], str]) -> list[Fact]:
    found = []
    if release.state in ("preparing", "prepared", "handed_over", "closed"):
        said = [
            _("with a copy") if release.copy else _("originals only"),
            *(
                [
                    ngettext("1 region blurred", "{count} regions blurred", len(release.blur)).format(
                        count=len(release.blur)
                    )
                ]
                if release.blur
                else []
            ),
            *([_("encrypted")] if release.recipient else []),
            *([_("without recorders")] if release.without_recorders else []),
        ]
        found.append(Fact(_("Ordered"), words.about(who(release.prepared_by, None), words.listed(said))))
    if (package := release.package) is not None:
        made = ngettext("1 original, {size}", "{segments} originals, {size}", package.segments).format(
            segments=package.segments, size=size(package.bytes)
        )
        found.append(Fact(_("Package"), words.about(package.name, made), "good"))
        found += missing_of(package)
        found.append(Fact("SHA-256", package.sha256, "muted"))
        found.append(Fact(_("Signed with"), package.key, "muted"))
    if release.fetched_by:
        found.append(Fact(_("Fetched"), who(release.fetched_by, release.fetched_at)))
    if release.receiver:
        found.append(Fact(_("Receiver"), _noted(release.receiver, release.handing_note)))
        found.append(Fact(_("Handed over"), who(release.handed_by, release.handed_at)))
        found.append(Fact(_("Receipt"), f"{release.receipt[:_HASH_SHOWN]}…", "muted"))
    return found


def _noted(said: str, note: str) -> str:
    return words.about(said, note) if note else said


def _row(release: Release, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    over = release.over_at is not None
    mine = situation.site is not None and not over and waits_for(release, situation.site.me)
    return Row(
        release.id,
        (
            Cell(release.id, plain or "muted"),
            Cell(
                words.named(RELEASE_STATES, release.state, stale=situation.stale),
                plain or _TONES.get(release.state, "muted"),
            ),
            Cell(release.agency, plain or ("muted" if over else "strong" if mine else "")),
            Cell(camera_names(release, situation), plain or ("muted" if over else "")),
            Cell(moments.clock(release.from_at, situation.zone, now=situation.now), plain),
            Cell(moments.clock(release.to_at, situation.zone, now=situation.now), plain),
            Cell(release.reason, plain),
            Cell(actor(release.requester, situation.names), plain),
        ),
    )
