"""What serves each clause of the regulation: rules, rounds, screens, commands and records. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hub.automation.model import Rule
from hub.config.clauses import CLAUSES, LACKING
from hub.core.rounds.kinds import RoundKind
from hub.core.text import Text

Table = Mapping[str, Sequence[str]]
"""Names by clause."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """One clause, and everything that serves it."""

    clause: str
    says: Text
    rules: list[str]
    rounds: list[str]
    screens: list[str]
    commands: list[str]
    records: list[str]
    lacking: Text
    """What the hub does not do for it yet; empty where nothing is known to be lacking."""

    @property
    def nothing(self) -> bool:
        return not (self.rules or self.rounds or self.screens or self.commands or self.records)


def served(
    rules: Iterable[Rule], rounds: Iterable[RoundKind], *, screens: Table, commands: Table, records: Table
) -> list[Served]:
    """Every clause in the regulation's order.."""
    rules, rounds = list(rules), list(rounds)
    return [
        Served(
            clause=clause,
            says=says,
            rules=[rule.id for rule in rules if rule.clause == clause],
            rounds=[kind.id for kind in rounds if kind.clause == clause],
            screens=list(screens.get(clause, ())),
            commands=list(commands.get(clause, ())),
            records=list(records.get(clause, ())),
            lacking=LACKING.get(clause, Text(en="")),
        )
        for clause, says in CLAUSES.items()
    ]
