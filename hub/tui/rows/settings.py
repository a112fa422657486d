"""The settings of one device against those approved, as lines."""

from hub.client.settings import SettingsDetail, SettingsView
from hub.core.baselines.compare import back
from hub.locale import N_, _, ngettext, say
from hub.tui import moments
from hub.tui.rows.row import Fact
from hub.tui.situation import Situation

STATES: dict[str, str] = {
    "proposed": N_("waits for approval"),
    "approved": N_("as approved"),
    "drifted": N_("was changed"),
}
_TONES = {"proposed": "not_judged", "approved": "good", "drifted": "fault"}
_LONGEST = 60


def title(view: SettingsView) -> str:
    return _("Settings of {device}").format(device=say(view.name) or view.device)


def facts(detail: SettingsDetail, situation: Situation) -> list[Fact]:
    """How they stand, and every setting that differs; all of them where none were approved yet."""
    view, zone, now = detail.view, situation.zone, situation.now
    found = [Fact(_("State"), _(STATES[view.state]), "stale" if situation.stale else _TONES[view.state])]
    if view.since_at is not None:
        since = moments.clock(view.since_at, zone, now=now)
        label = _("Waits since") if view.state == "proposed" else _("Since")
        found.append(Fact(label, f"{since} ({moments.since(view.since_at, now)})"))
    if view.state == "proposed":
        found.append(Fact(_("Read"), ngettext("1 setting", "{n} settings", view.entries).format(n=view.entries)))
    if view.approved_at is not None:
        who = situation.names.person(view.approved_by.removeprefix("person:"))
        found.append(Fact(_("Approved on"), f"{moments.clock(view.approved_at, zone, now=now)} {who}".strip()))
    if view.restoring:
        found.append(Fact("", _("being put back just now"), "not_judged"))
    if detail.problem:
        found.append(Fact("", detail.problem, "fault"))
    for change in detail.changes:
        found.append(Fact("", change.setting, "strong"))
        if view.approved:
            found.append(Fact("", f"  {_value(change.was)} → {_value(change.now)}", "fault"))
        else:
            found.append(Fact("", f"  {_value(change.now)}"))
    if not detail.changes and view.state == "approved":
        found.append(Fact("", _("Nothing differs."), "muted"))
    return found


def waiting(why: str) -> list[Fact]:
    """What is said while nothing is known yet, or besides; nothing where there is nothing to say."""
    return [Fact("", why, "muted")] if why else []


def written_back(detail: SettingsDetail) -> list[str]:
    """The settings that could be put back: what was added since cannot."""
    return sorted(back(detail.changes))


def _value(value: str | None) -> str:
    if value is None:
        return _("(not there)")
    shown = "".join(each if each.isprintable() else "�" for each in value)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
