"""What the API says of one rule, of the rule files and of the variables: msgspec structs over JSON."""

from datetime import datetime
from typing import Literal

import msgspec

from hub.automation.trials.account import RuleAccount
from hub.client.views import RuleView
from hub.core.rules.events import VariableValue
from hub.core.text import Text

__all__ = ["CaseView", "RuleAccount", "RuleDetail", "RuleFiles", "RuleTrace", "VariableView"]


class RuleTrace(msgspec.Struct, frozen=True, kw_only=True):
    """Why the rule did or did not fire, for one record or timer."""

    at: datetime
    seq: int
    """The journal record that it is about."""
    outcome: Literal["fired", "waiting", "held", "stopped", "not_matched"]
    step: str
    """The key of the rule that decided."""
    detail: str


class RuleDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in force, in whole."""

    rule: RuleView
    line: int = 0
    """Where it begins in its file; 0 when it has no place of its own there."""
    says: list[Text] = []
    """What it says, a sentence each."""
    traces: list[RuleTrace] = []
    """The last decisions since the hub started, newest first."""
    next_due_at: list[datetime] = []
    """The next instants of its schedule."""


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case that was run."""

    name: str
    file: str
    line: int
    ok: bool
    failures: list[str] = []
    """What is not as the case says, a line each."""


class RuleFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The rule files as they are on disk now."""

    files: int
    rules: int
    cases: int
    problems: list[Text] = []
    """Every problem as `file:line:column: message`."""
    broken: list[str] = []
    """The files that cannot be used; their last good version goes on."""


class VariableView(msgspec.Struct, frozen=True, kw_only=True):
    """A variable of the rules."""

    name: str
    value: VariableValue
    declared: VariableValue
    """What it holds until something is set."""
