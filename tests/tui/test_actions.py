"""The registry of actions: what is in it works, and what works is documented."""

from pathlib import Path

import pytest

from hub.core.people.account import DOMAINS, Account, Role
from hub.tui.action import Where
from hub.tui.actions import ACTIONS, PANELS, actions_of, allowed, key_table
from hub.tui.app import HubTui
from hub.tui.screens.room import RoomScreen

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("where", ["everywhere", *(panel for panel, _name, _key in PANELS)])
def test_every_action_is_carried_out_where_it_is_offered(where: Where) -> None:
    panels = {panel.WHERE: panel for panel in RoomScreen.PANEL_TYPES}
    place = HubTui if where == "everywhere" else panels[where]
    for action in actions_of(where):
        assert hasattr(place, f"action_{action.name.partition('(')[0]}"), action.name


@pytest.mark.parametrize("where", [panel for panel, _name, _key in PANELS])
def test_no_key_means_two_things_in_one_place(where: Where) -> None:
    keys = [key for action in [*actions_of(where), *actions_of("everywhere")] for key in action.keys]
    assert sorted(set(keys)) == sorted(keys)


def test_roles_are_offered_what_the_rights_table_gives_them() -> None:
    roles: tuple[Role, ...] = ("watch_officer", "repairer", "reader")
    people = {role: Account(id="wang", name="Wang", role=role, domains=list(DOMAINS)) for role in roles}
    may = {role: {action.name for action in ACTIONS if allowed(action, me)} for role, me in people.items()}
    assert "acknowledge" in may["watch_officer"]
    assert "acknowledge" not in may["repairer"]
    assert "close_ticket" in may["repairer"]
    assert "stop_hub" not in may["watch_officer"]
    assert "enlarge" in may["reader"]


def test_the_keys_in_the_manual_are_those_of_the_registry() -> None:
    manual = (ROOT / "docs/operate/tui.md").read_text("utf-8")
    between = manual.partition("<!-- keys -->\n")[2].partition("<!-- /keys -->")[0]
    assert between.strip() == key_table().strip(), "put hub.tui.actions.key_table() between the marks"
