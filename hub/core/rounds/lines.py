"""A sheet line by line: one line for each item of each asset, with what was asked, said and read."""

from datetime import datetime

import msgspec

from hub.core.rounds.answers import key_of
from hub.core.rounds.kinds import READINGS, AnyItem, AssetKind, Measured, Number, YesNo
from hub.core.rounds.model import Round, Sheet
from hub.core.text import Text


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One item of one asset. `answer` is the sort of answer: yes-no, number, text, photo."""

    of: AssetKind
    asset: str
    name: Text
    item: str
    ask: Text
    help: Text = Text(en="")
    answer: str
    measured: bool = False
    """The hub fills it in where it can; a person looks where it cannot."""
    unit: str = ""
    good: bool = True
    """The good answer of a yes or no."""
    at_least: float | None = None
    at_most: float | None = None
    must: bool = True
    photo_of_fault: bool = False
    value: bool | float | str | None = None
    """What counts: the hub's reading, where it has one, else what a person said."""
    read_at: datetime | None = None
    """When the hub read it; None where it did not."""
    lacking: Text = Text(en="")
    """Why the hub cannot say it, where it was asked to."""
    found: list[str] = []
    not_possible: str = ""
    remark: str = ""
    photos: list[str] = []
    by: str = ""
    at: datetime | None = None
    settled: bool = False
    bad: bool = False
    ticket: str = ""


class RoundSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A round with its lines. `begun` is False while it is not fixed yet what is looked at."""

    round: Round
    name: Text
    signed_by: str
    begun: bool
    lines: list[Line]
    team: Text = Text(en="")
    """Name of the team that makes it; empty where the roster has no such team."""


def lines_of(sheet: Sheet) -> list[Line]:
    """The lines of a sheet, asset by asset."""
    items = {item.id: item for checklist in sheet.kind.checklists for item in checklist.items}
    found: list[Line] = []
    for target in sheet.targets:
        for item_id in target.items:
            item, key = items[item_id], key_of(target.asset, item_id)
            given, reading = sheet.answers.get(key), sheet.readings.get(key)
            read = reading if reading is not None and reading.value is not None else None
            answer = given.answer if given is not None else None
            found.append(
                Line(
                    of=target.of,
                    asset=target.asset,
                    name=target.name,
                    item=item.id,
                    ask=item.ask,
                    help=item.help,
                    answer=answered_by(item),
                    measured=isinstance(item, Measured),
                    unit=_unit(item),
                    good=item.good if isinstance(item, YesNo) else True,
                    at_least=getattr(item, "at_least", None),
                    at_most=getattr(item, "at_most", None),
                    must=item.must,
                    photo_of_fault=item.photo_of_fault,
                    value=sheet.value(key),
                    read_at=read.at if read is not None else None,
                    lacking=reading.lacking if reading is not None and read is None else Text(en=""),
                    found=read.found if read is not None else [],
                    not_possible=answer.not_possible if answer is not None else "",
                    remark=answer.remark if answer is not None else "",
                    photos=answer.photos if answer is not None else [],
                    by=given.by if given is not None else "",
                    at=given.at if given is not None else None,
                    settled=sheet.settled(key),
                    bad=sheet.is_bad(key, item),
                    ticket=sheet.tickets.get(key, ""),
                )
            )
    return found


def answered_by(item: AnyItem) -> str:
    """How a person answers an item: yes-no, number, text or photo."""
    if isinstance(item, Measured):
        return "number" if item.measure in READINGS else "yes-no"
    return str(item.__struct_config__.tag)


def _unit(item: AnyItem) -> str:
    if isinstance(item, Number):
        return item.unit
    return READINGS.get(item.measure, "") if isinstance(item, Measured) else ""
