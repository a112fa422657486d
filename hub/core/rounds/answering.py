"""Answers against a sheet: which are refused, and which faults open tickets."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from hub.core.event import Event
from hub.core.rounds.answers import Answer, Value, is_bad, key_of, problem_of
from hub.core.rounds.events import RoundFaultFound, Target
from hub.core.rounds.kinds import AnyItem, Measured
from hub.core.rounds.model import Round, Sheet
from hub.core.state import State
from hub.core.text import Text
from hub.core.tickets.decisions import report
from hub.core.tickets.events import TicketOpened
from hub.errors import NotFound, Refused, WrongState

Found = tuple[str, str, Value, Sequence[str]]
"""Asset, item, value and photos of what was answered or read."""


def refuse_wrong(state: State, round_: Round, sheet: Sheet, answer: Answer) -> None:
    """Raise what speaks against an answer: no such item, a wrong value, a photo that nobody handed over."""
    item = sheet.item(answer.item)
    target = next((each for each in sheet.targets if each.asset == answer.asset and answer.item in each.items), None)
    if item is None or target is None:
        raise NotFound(
            f"{round_.id} has no item {answer.item} on {answer.asset}.", hint="See `hub rounds show` for its sheet."
        )
    if problem := problem_of(item, answer):
        raise Refused(f"{telling(target, item)}: {problem}")
    if unknown := [photo for photo in answer.photos if photo not in state.attachments]:
        raise NotFound(
            f"{telling(target, item)}: no file {unknown[0][:12]}… was handed over.", hint="Hand the photo over first."
        )
    reading = sheet.readings.get(answer.key)
    if isinstance(item, Measured) and reading is not None and reading.value is not None:
        raise WrongState(
            f"{telling(target, item)} is measured by the hub.", hint="Write what you see into the round's note."
        )


def telling(target: Target, item: AnyItem) -> str:
    """An item in a refusal: `SW-3: Abnormal noise`."""
    return f"{target.asset}: {item.ask.in_('en')}"


def faults(state: State, round_: Round, sheet: Sheet, found: Iterable[Found]) -> list[Event]:
    """The tickets for bad answers, once for each item of a round.

    Each fault of an asset is repaired for itself, so it stands on a ticket of its own; items with the same `fault`
    share one. What the watch sees of a camera joins whatever is open about it: rules open tickets for that.
    """
    events: list[Event] = []
    tickets: dict[tuple[str, Text], str] = {}
    for asset, item_id, value, photos in found:
        item = sheet.item(item_id)
        target = next((each for each in sheet.targets if each.asset == asset and item_id in each.items), None)
        if item is None or target is None or not item.fault or not is_bad(item, value):
            continue
        if key_of(asset, item_id) in sheet.tickets:
            continue
        subject, title = subject_of(target), _title(item.fault, target)
        alone = not (isinstance(item, Measured) and target.of == "camera")
        if (subject, title) not in tickets:
            # What this decision opens itself is not in the state yet: the next number follows from both.
            opened = sum(isinstance(event, TicketOpened) for event in events)
            new = report(
                replace(state, ticket_count=state.ticket_count + opened),
                subject=subject,
                camera=asset if target.of == "camera" else None,
                title=title,
                opened_from=f"round:{round_.id}",
                photos=photos,
                one_of_several=alone,
            )
            events += [event for event in new if event not in events]
            tickets[subject, title] = _ticket_of(new) or _standing(state, subject, title if alone else None)
        events.append(
            RoundFaultFound(
                round=round_.id,
                camera=round_.camera,
                asset=asset,
                item=item_id,
                title=item.fault,
                ticket=tickets[subject, title],
            )
        )
    return events


def _ticket_of(events: Sequence[Event]) -> str:
    return next((getattr(event, "ticket", "") for event in events), "")


def _standing(state: State, subject: str, title: Text | None) -> str:
    """The open ticket that a fault joins."""
    return next(
        (
            ticket.id
            for ticket in state.tickets.values()
            if ticket.subject == subject and (title is None or ticket.title == title)
        ),
        "",
    )


def subject_of(target: Target) -> str:
    """What a ticket is about."""
    return f"camera:{target.asset}" if target.of == "camera" else f"asset:{target.asset}"


def _title(fault: Text, target: Target) -> Text:
    if target.of in ("camera", "room"):
        return fault
    name = target.name.in_("en") or target.asset
    return Text(en=f"{fault.in_('en')}: {name}", zh=f"{fault.in_('zh_CN')}：{target.name.in_('zh_CN') or target.asset}")
