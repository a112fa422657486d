"""What stands beside the rules of a site and what they name: calendar, roster, rounds, the schemes of replacement and
of assessment."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from hub.config.beside import assessment_file, assets_file, calendar_file, roster_file, round_file
from hub.config.hub_toml.site import SiteConfig
from hub.config.problems import Problem, errors_of
from hub.config.rules.file import RuleSet, load_rules
from hub.config.rules.known import Known, known_of
from hub.core.calendar import Calendar, is_worked
from hub.core.duty.roster import Roster
from hub.core.saying import saying

FILES = (calendar_file.FILE, roster_file.FILE, round_file.FILE, assets_file.FILE, assessment_file.FILE)


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """The five files; each is None when it is broken, and ordinary or empty when it is not there."""

    calendar: Calendar | None
    roster: Roster | None
    rounds: round_file.Rounds | None
    replacement: assets_file.Replacement | None
    assessment: assessment_file.Assessment | None
    known: Known
    """What rules may name. What a file would say that is not there, is empty or is broken, is not known."""
    problems: tuple[Problem, ...] = ()

    def problems_of(self, file: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.file == file]

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(file for file in FILES if errors_of(self.problems_of(file)))


def load_beside(folder: Path, config: SiteConfig, today: date, *, notifiers: Iterable[str] | None = None) -> Beside:
    """The files of the site in `folder`. Never raises."""
    calendar, problems = calendar_file.load_calendar(folder, today)
    known = known_of(config, notifiers=notifiers)
    worked = partial(is_worked, calendar or Calendar())
    roster, of_roster = roster_file.load_roster(folder, roster_file.places_of(config), worked)
    if roster is not None:
        known = replace(known, posts=_ids(roster.posts), teams=_ids(roster.teams))
    rounds, of_rounds = round_file.load_rounds(folder, known)
    if rounds is not None:
        known = replace(known, rounds=_ids(rounds.kinds))
    departments = frozenset(department.id for department in config.departments)
    replacement, of_replacement = assets_file.load_replacement(folder, departments)
    assessment, of_assessment = assessment_file.load_assessment(folder, known)
    return Beside(
        calendar=calendar,
        roster=roster,
        rounds=rounds,
        replacement=replacement,
        assessment=assessment,
        known=known,
        problems=(*problems, *of_roster, *of_rounds, *of_replacement, *of_assessment),
    )


def rules_beside(folder: Path, beside: Beside) -> RuleSet:
    """The rules of the site in `folder`, with those by which rounds come due by themselves. Never raises."""
    return with_rounds(load_rules(folder, beside.known), beside.rounds)


def with_rounds(found: RuleSet, rounds: round_file.Rounds | None) -> RuleSet:
    """The rules with those by which rounds come due by themselves, as of a file of its own."""
    if rounds is None or not rounds.rules:
        return found
    by_id = {rule.id: rule for rule in found.rules}
    problems = [
        Problem(
            file=round_file.FILE,
            message=saying(
                "the rule {rule!r} in {file} has the name by which a round comes due",
                rule=rule.id,
                file=by_id[rule.id].file,
            ),
            hint=saying("Give that rule another id."),
        )
        for rule in rounds.rules
        if rule.id in by_id
    ]
    files = {**found.files, round_file.FILE: tuple(rule for rule in rounds.rules if rule.id not in by_id)}
    return replace(
        found,
        files=files,
        problems={**found.problems, round_file.FILE: tuple(problems)} if problems else found.problems,
    )


def _ids(items: Sequence[object]) -> frozenset[str] | None:
    return frozenset(item.id for item in items) if items else None  # type: ignore[attr-defined]
