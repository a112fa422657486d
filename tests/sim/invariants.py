"""What must hold of every record and at every moment, whatever happens."""

from datetime import datetime, timedelta
from typing import get_args

from hub.core.alarms.events import AlarmRaised, AlarmSuppressed
from hub.core.alarms.model import AlarmState, key_of
from hub.core.attention.events import AttentionAsked
from hub.core.duty.swap_events import SwapApproved, SwapAsked
from hub.core.dutylog.events import LogEntered
from hub.core.event import Event, Record
from hub.core.patrol.events import PatrolBegun
from hub.core.permits.events import PermitApplied, PermitApproved, PermitBegan
from hub.core.posts.events import PostAttendance, PostSignedOff, PostSignedOn
from hub.core.posts.handover_events import HandoverBegun, HandoverTaken
from hub.core.rounds.events import RoundDone, RoundDue, RoundHandedIn
from hub.core.state import State
from hub.core.tickets.events import TicketClosed, TicketOpened, TicketVerified

_STATES = get_args(AlarmState)


class Invariants:
    """Mutable: remembers the ids that were given, who is where, and what time brought at this instant."""

    def __init__(self) -> None:
        self.looked_at = 0
        self._ids: set[str] = set()
        self._where: dict[str, str] = {}
        self._at: datetime | None = None
        self._brought: set[str] = set()
        self._handed_in: dict[str, list[str]] = {}
        self._verdicts: set[tuple[str, str, datetime]] = set()

    def look(self, before: State, after: State, record: Record) -> None:
        self.looked_at += 1
        event = record.event
        assert after.position == record.seq == before.position + 1, "the record has no gap"
        self._once(record)
        self._new_id(before, event)
        match event:
            case TicketClosed(ticket=name):
                assert before.tickets[name].verified_at is not None, f"{name} is closed and was never verified"
            case TicketVerified(ticket=name, by="signature"):
                repair = before.tickets[name].repair
                assert repair is not None
                assert repair.by != record.actor, f"{name} is signed for by whoever repaired it"
            case PermitApproved(permit=name):
                assert before.permits.permits[name].applicant != record.actor, f"{name} is approved by its applicant"
            case PermitBegan(permit=name, to_at=to_at):
                assert record.seen_at < to_at, f"{name} begins after its end"
            case AlarmSuppressed(alarm=alarm, by=by):
                permit = before.permits.permits[by.removeprefix("permit:")]
                standing = before.alarms[alarm]
                assert permit.covers(standing.camera or "", standing.kind, record.seen_at), (
                    f"{by} does not cover {alarm}"
                )
            case SwapApproved(swap=name):
                swap = before.duty.swaps[name]
                assert record.actor not in (f"person:{swap.asker}", f"person:{swap.other}")
            case PostSignedOn(account=who, post=post):
                assert who not in self._where, f"{who} is at {self._where.get(who)} and comes to {post}"
                self._where[who] = post
            case PostSignedOff(account=who, post=post):
                assert self._where.pop(who) == post
            case PostAttendance(account=who, post=post, from_at=from_at):
                assert (who, post, from_at) not in self._verdicts, "two verdicts on one place"
                self._verdicts.add((who, post, from_at))
            case HandoverTaken(account=who, outgoing=other):
                assert who != other
            case RoundHandedIn(round=name):
                self._handed_in[name] = before.rounds[name].makers
            case RoundDone(round=name) if name in self._handed_in:
                assert record.actor not in self._handed_in[name], f"{name} is countersigned by its maker"
            case _:
                pass
        if isinstance(event, AlarmRaised):
            of_keys = {key_of(alarm.rule, alarm.subject): alarm.id for alarm in after.alarms.values()}
            assert of_keys == after.alarm_ids, "one alarm for each rule and thing"
            assert all(alarm.state in _STATES and not alarm.cleared for alarm in after.alarms.values())

    def settled(self, state: State, now: datetime) -> None:
        """At the end of everything that an instant brings."""
        for permit in state.permits.permits.values():
            assert permit.to_at > now, f"{permit.id} stands after its end"
            assert permit.state != "approved" or permit.from_at > now, f"{permit.id} has not begun"
        for alarm in state.alarms.values():
            in_force = {
                permit.actor
                for permit in state.permits.permits.values()
                if permit.covers(alarm.camera or "", alarm.kind, now)
            }
            suppressors = set(alarm.suppressors)
            assert suppressors <= in_force, f"{alarm.id} is silenced by what is over"
            assert not alarm.active or suppressors == in_force, f"{alarm.id} is not silenced by all that covers it"
        for rule, told in (
            ("ticket-overdue", {ticket.id for ticket in state.tickets.values() if ticket.overdue}),
            ("ticket-unassigned", {ticket.id for ticket in state.tickets.values() if ticket.unassigned}),
        ):
            standing = {alarm.subject for alarm in state.alarms.values() if alarm.rule == rule and alarm.active}
            assert standing == {f"ticket:{name}" for name in told}, f"{rule} stands where nothing is late"
        for ticket in state.tickets.values():
            late = ticket.promised_at is not None and ticket.promised_at <= now
            soon = ticket.overdue_told_at is not None and now < ticket.overdue_told_at + timedelta(hours=1)
            assert ticket.overdue == late or (late and soon), f"{ticket.id} is late and not told, or told and not late"
        assert {who: there.post for who, there in state.posts.signed_on.items()} == self._where

    def _once(self, record: Record) -> None:
        """What time brings is brought once."""
        if record.seen_at != self._at:
            self._at, self._brought = record.seen_at, set()
        if record.actor == "hub" and record.cause is None and record.key is None:
            told = repr(record.event)
            assert told not in self._brought, f"{told} came twice at {record.seen_at}"
            self._brought.add(told)

    def _new_id(self, before: State, event: Event) -> None:
        match event:
            case AlarmRaised(alarm=name):
                new = name if name not in before.alarms else ""
            case AttentionAsked(check=name, again=again):
                new = "" if again else name
            case (
                TicketOpened(ticket=name)
                | RoundDue(round=name)
                | PermitApplied(permit=name)
                | HandoverBegun(handover=name)
                | SwapAsked(swap=name)
                | LogEntered(entry=name)
                | PatrolBegun(patrol=name)
            ):
                new = name
            case _:
                return
        if new:
            assert new not in self._ids, f"{new} is given twice"
            self._ids.add(new)
