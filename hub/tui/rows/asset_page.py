"""What stands on the archive page of an asset."""

from datetime import datetime

from hub.client.assets import ArchiveView
from hub.core.assets.checks import BY_ID
from hub.core.assets.lives import Watched
from hub.core.assets.model import Signature
from hub.locale import _, ngettext, say
from hub.tui import moments
from hub.tui.describe.record import actor, describe_view
from hub.tui.rows import asset_words as words
from hub.tui.rows.assets import called, proposal_facts
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation
from hub.tui.words import beside, listed


def heading(page: ArchiveView, situation: Situation) -> str:
    asset = page.view.asset
    return " ".join(dict.fromkeys((asset.id, called(asset, situation))))


def facts(page: ArchiveView, situation: Situation) -> list[Fact]:
    """The particulars, the chain, what is lacking, the record of commissioning, figures, and the life."""
    asset = page.view.asset
    lacking = listed(words.label(name) for name in page.view.missing)
    found = [
        Fact(_("Kind"), words.word(words.KINDS, asset.kind)),
        Fact(_("State"), words.word(words.STATES, page.view.state), "strong"),
        *(
            Fact(words.label(name), words.value(name, value, situation.names))
            for name, value in asset.values.items()
            if name not in ("name", "parent")
        ),
        Fact(_("Chain"), " → ".join([asset.id, *(each.id for each in page.above)])),
    ]
    if page.below:
        found.append(Fact(_("Below it"), listed(page.below)))
    found.append(Fact(_("Lacks"), lacking or _("nothing: the archive is whole"), "fault" if lacking else "good"))
    found += [
        Fact(words.word(words.FILES, file.sort), f"{file.title} ({file.attachment[:12]}…)") for file in asset.files
    ]
    found += [Fact(_("View"), f"{view.id} {_(view.light)} {_(view.state)}") for view in page.references]
    if page.replaces:
        found.append(Fact(_("Replaces"), listed(page.replaces)))
    if asset.retired is not None:
        found.append(
            Fact(_("Retired"), _by(asset.retired.by, asset.retired.at, situation, asset.retired.reason), "fault")
        )
    return [
        *found,
        *_watched(page.watched, situation),
        *_commissioning(page, situation),
        *_replacement(page, situation),
        *_life(page, situation),
    ]


def _watched(watched: Watched | None, situation: Situation) -> list[Fact]:
    if watched is None:
        return []
    share = f"{watched.availability:.3%}" if watched.availability is not None else _("not judged yet")
    parts = _("good {good}, bad {bad}, not judged {unknown}, since {at}").format(
        good=moments.span(watched.good_s),
        bad=moments.span(watched.bad_s),
        unknown=moments.span(watched.unknown_s),
        at=moments.clock(watched.first_at, situation.zone, now=situation.now),
    )
    return [Fact(_("Available"), share), Fact("", parts, "muted")]


def _commissioning(page: ArchiveView, situation: Situation) -> list[Fact]:
    record = page.view.asset.commissioning
    if record is None:
        return [Fact(_("Handover"), _("there is no commissioning record"), "fault")]
    found = [Fact("", _("Commissioning record"), "group")]
    for check, answer in record.checks.items():
        ask = say(BY_ID[check].ask) if check in BY_ID else check
        if answer is None:
            found.append(Fact("○", ask, "muted"))
            continue
        note = answer.note or say(answer.detail)
        said = f"{ask} ({actor(answer.by, situation.names)}{', ' + note if note else ''})"
        found.append(Fact("✓" if answer.ok else "✗", said, "good" if answer.ok else "lost"))
    found.append(Fact(_("Handed over"), _signed(record.handed_over, situation)))
    found.append(Fact(_("Taken over"), _signed(record.taken_over, situation)))
    return found


def _replacement(page: ArchiveView, situation: Situation) -> list[Fact]:
    if page.proposal is not None:
        return [Fact("", _("Replacement"), "group"), *proposal_facts(page.proposal, situation)]
    if not page.score.grounds:
        return []
    points = ngettext("1 point for replacing it", "{points} points for replacing it", page.score.points).format(
        points=f"{page.score.points:g}"
    )
    found = [Fact("", points, "group")]
    for ground in page.score.grounds:
        entries = f" ({', '.join(ground.entries)})" if ground.entries else ""
        found.append(Fact(f"{ground.points:g}", say(ground.text) + entries))
    return found


def _life(page: ArchiveView, situation: Situation) -> list[Fact]:
    if not page.history:
        return []
    return [
        Fact("", _("Life"), "group"),
        *(
            Fact(
                moments.clock(event.seen_at, situation.zone, now=situation.now),
                beside(describe_view(event, situation.names), actor(event.actor, situation.names)),
            )
            for event in reversed(page.history)
        ),
    ]


def _signed(signature: Signature | None, situation: Situation) -> str:
    if signature is None:
        return _("not signed yet")
    department = f", {situation.names.department(signature.department)}" if signature.department else ""
    return _by(signature.by, signature.at, situation, signature.note) + department


def _by(who: str, at: datetime, situation: Situation, note: str) -> str:
    said = _("{clock} by {who}").format(
        clock=moments.clock(at, situation.zone, now=situation.now), who=actor(who, situation.names)
    )
    return f"{said}: {note}" if note else said
