"""Answers of a round: what may be said to each sort of item, and what a bad answer is."""

import math
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.core.attachments.events import AttachmentId
from hub.core.rounds.kinds import READINGS, AnyItem, Measured, Number, Photo, Words, YesNo
from hub.core.text import Text

LARGEST_NUMBER = 1e9
LONGEST_WORDS = 2000

Value = bool | float | str | None


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says to one item about one asset: a value, or why it cannot be answered."""

    asset: Annotated[str, Meta(min_length=1, max_length=100, description="Camera id, asset id, or `room`.")]
    item: Annotated[str, Meta(min_length=1, max_length=100, description="Id of the item in its checklist.")]
    value: Annotated[
        bool | float | Annotated[str, Meta(max_length=LONGEST_WORDS)] | None,
        Meta(description="Yes or no as true or false; a number; words. None for a photo, or when it is not possible."),
    ] = None
    not_possible: Annotated[str, Meta(max_length=500, description="Why it cannot be answered; empty when it can.")] = ""
    remark: Annotated[str, Meta(max_length=500, description="What else is to be said.")] = ""
    photos: Annotated[list[AttachmentId], Meta(max_length=10, description="Attachments that show it.")] = []

    @property
    def key(self) -> str:
        return key_of(self.asset, self.item)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub filled in by itself."""

    asset: Annotated[str, Meta(description="Camera id or asset id.")]
    item: Annotated[str, Meta(description="Id of the item in its checklist.")]
    value: Annotated[
        bool | float | None,
        Meta(description="Good or not, or a number; None: the hub cannot say, and a person has to look."),
    ]
    found: Annotated[list[str], Meta(description="The findings behind a bad one, by wire name.")] = []
    lacking: Annotated[Text, Meta(description="Why there is no value; empty when there is one.")] = Text(en="")
    at: Annotated[datetime, Meta(description="When it was read.")]

    @property
    def key(self) -> str:
        return key_of(self.asset, self.item)


class Given(msgspec.Struct, frozen=True):
    """An answer as it stands on the sheet: whose it is, and since when."""

    answer: Answer
    by: str
    at: datetime


def key_of(asset: str, item: str) -> str:
    """The name of one cell of a sheet; ids hold no slash."""
    return f"{asset}/{item}"


def problem_of(item: AnyItem, answer: Answer) -> str:
    """What is wrong with an answer to this item, with the way out; empty when nothing is."""
    if answer.not_possible:
        return "" if answer.value is None else "It is answered and called not possible: leave one of them out."
    match item:
        case YesNo() | Measured() if not _reads(item) and not isinstance(answer.value, bool):
            return "It is answered with yes or no."
        case Number() | Measured() if _reads(item) and not _is_number(answer.value):
            return f"It is answered with a number, from {-LARGEST_NUMBER:g} to {LARGEST_NUMBER:g}."
        case Words() if not isinstance(answer.value, str) or not answer.value.strip():
            return "It is answered in words."
        case Photo() if not answer.photos:
            return "It is answered with a photo."
        case Photo() if answer.value is not None:
            return "It is answered with a photo, and nothing else; put words in the remark."
    if item.photo_of_fault and is_bad(item, answer.value) and not answer.photos:
        return "A bad answer here needs a photo; where none can be taken, say why it is not possible."
    return ""


def is_bad(item: AnyItem, value: Value) -> bool:
    """Whether a value is a bad answer. None is none: what is not known is neither good nor bad."""
    match item, value:
        case YesNo(good=good), bool():
            return value is not good
        case Number(at_least=least, at_most=most) | Measured(at_least=least, at_most=most), float() | int() if (
            not isinstance(value, bool)
        ):
            return (least is not None and value < least) or (most is not None and value > most)
        case Measured(), bool():
            return not value
        case _:
            return False


def _reads(item: AnyItem) -> bool:
    return isinstance(item, Number) or (isinstance(item, Measured) and item.measure in READINGS)


def _is_number(value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
