"""What may be asked about rules and their variables."""

from typing import Annotated, ClassVar

from msgspec import Meta

from hub.core.command import Command, Moment, Order, Right
from hub.core.rules.events import VariableValue


class PauseRule(Command, tag="rule.pause", frozen=True, kw_only=True):
    """Turn a rule off, until a given time or until somebody turns it on; what stands because of it stands on."""

    NEEDS: ClassVar[Right] = "rules"
    rule: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    until_at: Moment | None = None


class ResumeRule(Command, tag="rule.resume", frozen=True, kw_only=True):
    """Turn a rule on again."""

    NEEDS: ClassVar[Right] = "rules"
    rule: Annotated[str, Meta(min_length=1, max_length=100)]


class ChangeVariable(Command, tag="variable.change", frozen=True, kw_only=True):
    """Give a variable of the rules another value."""

    NEEDS: ClassVar[Right] = "rules"
    variable: Annotated[str, Meta(min_length=1, max_length=100)]
    value: bool | float | Annotated[str, Meta(max_length=2000)]


class SetVariable(Order, tag="set_variable", frozen=True, kw_only=True):
    rule: str
    variable: str
    value: VariableValue


class StartRule(Order, tag="start_rule", frozen=True, kw_only=True):
    """Let the rule `start` act, as if an event about `camera` had come that it is on."""

    rule: str
    start: str
    camera: str | None


class ReportLoop(Order, tag="report_loop", frozen=True, kw_only=True):
    """A chain of rules that lead to one another was cut after `records`."""

    rule: str
    records: int


RuleCommand = PauseRule | ResumeRule | ChangeVariable
RuleOrder = SetVariable | StartRule | ReportLoop
