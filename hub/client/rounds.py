"""What the API says of rounds beyond the list of those that are open: sheets, history, figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from hub.client import HubClient
from hub.core.rounds.answers import Answer
from hub.core.rounds.commands import MOST_ANSWERS
from hub.core.rounds.ledger import PastRound, RoundCount
from hub.core.rounds.lines import Line, RoundSheet
from hub.core.rounds.model import Round

Parameter = str | int | float | list[str]

_LARGEST_PIECE = 48 * 1024
"""Bytes of one command; the hub takes 64 KiB."""

__all__ = [
    "Line",
    "PastRound",
    "RoundCount",
    "RoundSheet",
    "open_rounds",
    "pieces",
    "round_figures",
    "round_history",
    "round_sheet",
]


async def open_rounds(client: HubClient) -> list[Round]:
    """The rounds that are to be made, those whose time ends first at the top."""
    return (await client.site()).rounds


async def round_sheet(client: HubClient, round_id: str) -> RoundSheet:
    """A round with every item and what was answered; one that is over as it was signed. Raises `NotFound`."""
    return await client.read(f"rounds/{round_id}", RoundSheet)


async def round_history(
    client: HubClient, *, limit: int = 200, before: str = "", find: Mapping[str, str] = {}
) -> list[PastRound]:
    """Rounds, newest first. `find`: `kind`, `team`, `camera`, `outcome` that they must have."""
    parameters: dict[str, Parameter] = {"limit": limit, **{key: value for key, value in find.items() if value}}
    if before:
        parameters["before"] = before
    return await client.read("rounds/history", list[PastRound], parameters)


async def round_figures(
    client: HubClient, *, from_at: datetime | None = None, to_at: datetime | None = None
) -> list[RoundCount]:
    """How rounds were kept, by kind and team; without a period, in the last 30 days."""
    times = {"from_at": from_at, "to_at": to_at}
    parameters: dict[str, Parameter] = {name: at.isoformat() for name, at in times.items() if at is not None}
    return await client.read("rounds/figures", list[RoundCount], parameters)


def pieces(answers: Sequence[Answer]) -> Iterator[list[Answer]]:
    """The answers in as many commands as they take, in their order."""
    piece: list[Answer] = []
    size = 0
    for answer in answers:
        length = len(msgspec.json.encode(answer)) + 1
        if piece and (len(piece) == MOST_ANSWERS or size + length > _LARGEST_PIECE):
            yield piece
            piece, size = [], 0
        piece.append(answer)
        size += length
    if piece:
        yield piece
