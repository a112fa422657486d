"""What waits elsewhere: repairs, rounds, permits, replacements, reviews, views to approve, files that are broken."""

from collections.abc import Iterator
from datetime import timedelta

from hub.client import SiteView
from hub.core.alarms.events import PRIORITIES
from hub.core.assets.commands import OrderReplacement, SignReplacement
from hub.core.cameras.commands import ApproveReference
from hub.core.permits.commands import ApprovePermit
from hub.core.reviews.commands import DecideAppeal
from hub.core.rounds.commands import CountersignRound
from hub.core.tickets.commands import AcknowledgeTicket, SignTicket
from hub.locale import _, say
from hub.tui import words
from hub.tui.rows import permits, tickets
from hub.tui.rows.task import Task, i_am, i_may, urgency_of
from hub.tui.situation import Situation

_ENDS_SOON = timedelta(hours=1)


def of_tickets(site: SiteView, situation: Situation) -> Iterator[Task]:
    for view in site.tickets:
        ticket = view.ticket
        to_sign = view.state == "repaired" and ticket.camera is None
        if to_sign:
            mine = i_may(situation, SignTicket) and not tickets.mine(view, situation)
        elif view.state == "open":
            mine = i_may(situation, AcknowledgeTicket)
        else:
            mine = tickets.mine(view, situation)
        wanted = _("Repaired, to be signed for: {title}") if to_sign else _("Ticket, {state}: {title}")
        yield Task(
            key=f"ticket:{ticket.id}",
            urgency="late" if tickets.late(view, situation) else urgency_of(ticket.estimate_at, situation),
            what=wanted.format(
                state=words.word({key: name for key, (_sign, name) in words.TICKET_STATES.items()}, view.state),
                title=say(ticket.title),
            ),
            about=tickets.camera_name(view, situation),
            by_at=ticket.estimate_at,
            mine=mine,
            panel="tickets",
            item=ticket.id,
        )


def of_rounds(site: SiteView, situation: Situation) -> Iterator[Task]:
    for due in site.rounds:
        handed_in = due.state == "handed_in"
        making = site.me.actor in due.makers
        wanted = _("Round to countersign: {title}") if handed_in else _("Round: {title}")
        yield Task(
            key=f"round:{due.id}",
            urgency="late" if due.missed and not handed_in else urgency_of(due.due_at, situation),
            what=wanted.format(title=say(due.title)),
            about=situation.names.team(due.team),
            by_at=due.due_at,
            mine=(i_may(situation, CountersignRound) and not making) if handed_in else making,
            panel="rounds",
            item=due.id,
        )


def of_permits(site: SiteView, situation: Situation) -> Iterator[Task]:
    for permit in site.permits:
        own = i_am(situation, permit.applicant)
        about = permits.camera_names(permit, situation)
        if permit.state == "applied":
            decides = i_may(situation, ApprovePermit) and not own
            if not decides and not own:
                continue
            yield Task(
                key=f"permit:{permit.id}",
                urgency=urgency_of(permit.from_at, situation),
                what=_("Permit {permit} to approve").format(permit=permit.id)
                if decides
                else _("Permit {permit} waits for approval").format(permit=permit.id),
                about=about,
                by_at=permit.from_at,
                mine=decides,
                panel="permits",
                item=permit.id,
            )
        elif permit.state == "active" and permit.to_at - situation.now <= _ENDS_SOON:
            yield Task(
                key=f"permit:{permit.id}",
                urgency=urgency_of(permit.to_at, situation),
                what=_("Permit {permit} ends: uncover the camera, or ask for more time").format(permit=permit.id),
                about=about,
                by_at=permit.to_at,
                mine=own,
                panel="permits",
                item=permit.id,
            )


def of_replacements(site: SiteView, situation: Situation) -> Iterator[Task]:
    signs, orders = i_may(situation, SignReplacement), i_may(situation, OrderReplacement)
    for proposal in site.proposals if signs or orders else ():
        signed = any(i_am(situation, signature.by) for signature in proposal.signatures.values())
        match proposal.state:
            case "proposed":
                what = _("Replacement {proposal} to sign: {asset}")
                mine = signs and not signed
            case "decided":
                what, mine = _("Replacement {proposal} to order: {asset}"), orders
            case "ordered":
                what, mine = _("Replacement {proposal} is ordered: {asset}"), False
            case _:
                what, mine = _("Replacement {proposal} to close: {asset}"), orders
        name = situation.camera_name(proposal.asset)
        name = proposal.name or name if name == proposal.asset else name
        yield Task(
            key=f"proposal:{proposal.id}",
            urgency="late" if proposal.overdue else urgency_of(proposal.due_at, situation),
            what=what.format(proposal=proposal.id, asset=name),
            about=proposal.asset if name != proposal.asset else "",
            by_at=proposal.due_at,
            mine=mine,
            panel="assets",
            item=proposal.asset,
        )


def of_reviews(site: SiteView, situation: Situation) -> Iterator[Task]:
    """The reviews of people: one's own points while one may appeal, and for leaders what waits for them."""
    leads = i_may(situation, DecideAppeal)
    for review in site.reviews:
        over = review.appeal_until_at is not None and review.appeal_until_at <= situation.now
        if leads and review.waiting:
            what = _("1 appeal to decide on") if review.waiting == 1 else _("{n} appeals to decide on")
            by_at = None
        elif review.unsigned and over:
            what, by_at = _("The review is to be signed"), None
        elif review.people and not over:
            what, by_at = _("Look at your review; you can appeal until then"), review.appeal_until_at
        else:
            continue
        yield Task(
            key=f"review:{review.id}",
            urgency=urgency_of(by_at, situation),
            what=what.format(n=review.waiting),
            about=review.month,
            by_at=by_at,
            mine=True,
            panel="reviews",
            item=review.id,
        )


def of_views(site: SiteView, situation: Situation) -> Iterator[Task]:
    waiting = [camera for camera in site.cameras if any(view.state == "proposed" for view in camera.references)]
    if waiting and i_may(situation, ApproveReference):
        one = _("A reference view waits for approval: {camera}").format(camera=situation.camera_name(waiting[0].id))
        many = _("{n} cameras have a reference view that waits for approval").format(n=len(waiting))
        yield Task(
            key="references",
            urgency="open",
            what=one if len(waiting) == 1 else many,
            mine=True,
            panel="wall",
            item=waiting[0].id,
        )


def of_files(site: SiteView, situation: Situation) -> Iterator[Task]:
    for file, problems in site.health.config_problems.items():
        yield Task(
            key=f"file:{file}",
            urgency="now",
            what=_("{file} is broken; the last good version goes on").format(file=file),
            about=_("1 problem") if len(problems) == 1 else _("{n} problems").format(n=len(problems)),
            panel="health",
            weight=len(PRIORITIES),
        )
