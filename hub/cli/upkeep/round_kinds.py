"""`hub rounds kinds`: what is looked at on rounds, from the site's files; it needs no running hub."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cli.exit_codes import Exit
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.locale import N_, _
from hub.locale import say as words

if TYPE_CHECKING:
    from hub.core.duty.roster import Roster
    from hub.core.rounds.kinds import AnyItem, Checklist

# Words that come out of the data; named here so that they are collected for translation.
_ASSETS = (
    *(N_("camera"), N_("line"), N_("switch"), N_("encoder"), N_("server"), N_("recorder"), N_("disk"), N_("monitor")),
    *(N_("ups"), N_("room")),
)
_ANSWERS = (N_("yes-no"), N_("number"), N_("text"), N_("photo"), N_("measured"))
_MEASURES = (N_("picture"), N_("recording"), N_("signal"), N_("disk"), N_("temperature"))
_SIGNERS = (N_("maker"), N_("leader"))


def print_kinds(site: Path, *, json: bool) -> None:
    """Print the kinds of rounds and their checklists; ends with exit code 2 when the file is broken."""
    from hub.automation.schedules.schedule import describe, duration
    from hub.clock import SystemClock
    from hub.config.beside.files import load_beside
    from hub.config.load import load_site

    with telling_errors():
        beside = load_beside(site, load_site(site), SystemClock().now().date())
    for problem in beside.problems_of("rules/rounds.toml"):
        say(str(problem))
    rounds = beside.rounds
    if rounds is None:
        raise SystemExit(int(Exit.BAD_INPUT))
    every = {action.kind: rule.every for rule in rounds.rules for action in rule.do if rule.every is not None}  # type: ignore[union-attr]
    if json:
        as_json([{"kind": kind, "every": every.get(kind.id)} for kind in rounds.kinds])
        return
    if not rounds.kinds:
        say(_("There are no rounds in rules/rounds.toml."))
    for number, kind in enumerate(rounds.kinds):
        when = every.get(kind.id)
        facts = [
            kind.id,
            *([_("clause {clause}").format(clause=kind.clause)] if kind.clause else []),
            *([_team(kind.team, beside.roster)] if kind.team else []),
            words(describe(when)) if when is not None else _("made due by rules"),
            *([_("time for it: {time}").format(time=words(duration(kind.due_in_s)))] if kind.due_in_s else []),
            _("signed by: {who}").format(who=_(kind.signed_by)),
        ]
        print(("\n" if number else "") + words(kind.name))
        print("  " + " · ".join(facts))
        as_table(
            [_("looked at"), _("question"), _("answer"), _("good"), _("must")],
            _item_rows(kind.checklists),
            empty="",
        )


def _item_rows(checklists: "Sequence[Checklist]") -> Iterable[Sequence[str]]:
    for checklist in checklists:
        scope = checklist.scope
        limits = [*scope.assets, *scope.areas, *scope.tags, *([scope.domain] if scope.domain else [])]
        of = _(checklist.of) + (f" ({', '.join(limits)})" if limits else "")
        for number, item in enumerate(checklist.items):
            yield (
                of if number == 0 else "",
                words(item.ask),
                _answer(item),
                _good(item),
                _("yes") if item.must else "-",
            )


def _answer(item: "AnyItem") -> str:
    from hub.core.rounds.kinds import Measured, Number

    kind = str(item.__struct_config__.tag)
    match item:
        case Number():
            return f"{_(kind)} {item.unit}".rstrip()
        case Measured():
            return f"{_(kind)}: {_(item.measure)}"
        case _:
            return _(kind)


def _good(item: "AnyItem") -> str:
    from hub.core.rounds.kinds import Measured, Number, YesNo

    match item:
        case YesNo():
            return _("yes") if item.good else _("no")
        case Number() | Measured() if item.at_least is not None and item.at_most is not None:
            return f"{item.at_least:g} – {item.at_most:g}"
        case Number() | Measured() if item.at_least is not None:
            return f"≥ {item.at_least:g}"
        case Number() | Measured() if item.at_most is not None:
            return f"≤ {item.at_most:g}"
        case Measured():
            return _("without a fault")
        case _:
            return "-"


def _team(team: str, roster: "Roster | None") -> str:
    known = roster.team(team) if roster is not None else None
    return words(known.name) if known is not None else team
