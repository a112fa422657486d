"""A site as far as its rules go: hub.toml, the rule files, and what they look at. Nothing runs, no plugin is needed."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from hub.automation.engine import RuleIndex, build_index
from hub.automation.language.context import NOWHEN
from hub.automation.model import Rule
from hub.automation.trials.cases import Surroundings
from hub.config.beside.files import load_beside, rules_beside, with_rounds
from hub.config.beside.round_file import load_rounds
from hub.config.hub_toml.site import SiteConfig, core_site
from hub.config.load import load_site
from hub.config.problems import did_you_mean
from hub.config.read import read_text
from hub.config.rules.case_file import CaseSet, KnownToCases, load_cases
from hub.config.rules.file import RuleSet, known_of, load_rules
from hub.config.toml import parse_toml
from hub.core.calendar import Calendar
from hub.core.duty.roster import Roster
from hub.core.rounds.kinds import RoundKind
from hub.errors import NotFound, SiteError
from hub.locale import told
from hub.runtime.delivery.rostered import Rostered

IN_FORCE = "rules-in-force"
"""Folder in the site's data folder with the rule files as the hub took them up last."""


class RuleSite(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a site. `rules` has the problems of broken files beside the rules of the others."""

    folder: Path
    config: SiteConfig
    rules: RuleSet
    calendar: Calendar = Calendar()
    rounds: tuple[RoundKind, ...] = ()
    manned: Callable[[str, datetime], bool] = NOWHEN.manned
    """Whether the roster has somebody at a post at an instant."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.site.timezone)

    @property
    def data(self) -> Path:
        return self.folder / self.config.site.data

    @property
    def index(self) -> RuleIndex:
        """The rules arranged for the engine; made anew at each call."""
        return build_index(self.rules.rules, zone=self.zone, manned=self.manned)

    @property
    def around(self) -> Surroundings:
        return Surroundings(site=core_site(self.config), zone=self.zone, calendar=self.calendar, rounds=self.rounds)

    @property
    def known(self) -> KnownToCases:
        return KnownToCases(
            cameras=frozenset(camera.id for camera in self.config.cameras),
            rules=frozenset(rule.id for rule in self.rules.rules),
            zone=self.zone,
            variables=self.rules.variables,
        )

    def lines(self) -> dict[str, int]:
        """The line on which each rule begins in its file."""
        found: dict[str, int] = {}
        for file, rules in self.rules.files.items():
            text, problems = read_text(self.folder / file, file)
            document, _ = parse_toml(text, file) if not problems else (None, [])
            items = document.data.get("rule", []) if document is not None else []
            for number, item in enumerate(items if isinstance(items, list) else []):
                if document is not None and isinstance(item, dict) and item.get("id") in {rule.id for rule in rules}:
                    found[item["id"]] = document.position(("rule", number)).line
        return found

    def cases(self) -> CaseSet:
        return load_cases(self.folder, self.known)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises `NotFound`, which says whether a broken file may be the reason."""
        by_id = {rule.id: rule for rule in self.rules.rules}
        if rule_id in by_id:
            return by_id[rule_id]
        broken = ", ".join(self.rules.broken)
        hint = f"It may be in {broken}, which is broken: see `hub rules check`." if broken else ""
        raise NotFound(
            f"There is no rule {rule_id[:100]} in the files.",
            hint=told(did_you_mean(rule_id, by_id)) or hint or "See `hub rules`.",
        )


def load_rule_site(folder: Path, today: date, config: SiteConfig | None = None) -> RuleSite:
    """The site in `folder`. Raises `SiteError` without one, `ConfigError` when hub.toml cannot be used."""
    config = config or load_site(folder)
    beside = load_beside(folder, config, today)
    calendar = beside.calendar or Calendar()
    rostered = Rostered(beside.roster or Roster(), ZoneInfo(config.site.timezone), calendar)
    rules = rules_beside(folder, beside)
    rounds = tuple(beside.rounds.kinds) if beside.rounds is not None else ()
    return RuleSite(folder=folder, config=config, rules=rules, calendar=calendar, rounds=rounds, manned=rostered.manned)


def with_rules(site: RuleSite, rules: RuleSet) -> RuleSite:
    """The same site with other rules."""
    return msgspec.structs.replace(site, rules=rules)


def rules_of_folder(site: RuleSite, folder: Path) -> RuleSet:
    """The rules of another folder, as those of `site`: one that has a folder `rules`, or is one. Raises `SiteError`."""
    holder = folder if (folder / "rules").is_dir() else folder.absolute().parent if folder.name == "rules" else None
    if holder is None or not (holder / "rules").is_dir():
        raise SiteError(f"{folder} holds no rules.", hint="Name a folder that has a folder `rules` in it.")
    known = known_of(site.config)
    rounds, _problems = load_rounds(holder, known)
    return with_rounds(load_rules(holder, known), rounds)
