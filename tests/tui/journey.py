"""What the journeys of all roles share: both languages, the way from Home to a task, and forms filled in."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import Input, Select, TextArea

from hub.core.command import Command
from hub.core.decisions import decide
from hub.tui.screens.form import FormScreen
from tests.tui.conftest import Watching
from tests.tui.fake_hub import FakeHub

IN_BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "zh_CN"])
WIDE = (140, 40)


def tongue(language: str) -> Callable[[str, str], str]:
    """Of two texts the one in the language of the journey."""
    return lambda en, zh: zh if language == "zh_CN" else en


def give(hub: FakeHub, who: str, command: Command) -> None:
    """Somebody else does this, elsewhere."""
    actor = f"person:{who}"
    hub.happen(*decide(hub.state, command, actor, hub.clock.now()), actor=actor)


async def from_home(w: Watching, task: str) -> None:
    """Go to where a task is dealt with, as Enter on it at Home does."""
    await w.press("0")
    await w.until(lambda: w.room.where == "home", "home")
    table = w.table("home")
    await w.until(lambda: task in table.row_keys, f"{task} among {table.row_keys}")
    table.choose(task)
    await w.pilot.pause()
    await w.press("enter")
    await w.until(lambda: w.room.where != "home", f"the panel of {task}")
    await w.tick(1)


async def fill(w: Watching, **values: str) -> None:
    """Fill in the form that has opened, send it, and see it accepted."""
    await w.until(lambda: isinstance(w.app.screen, FormScreen), "a form")
    form = w.app.screen
    for name, value in values.items():
        field = form.query_one(f"#{name.replace('_', '-')}" if name.startswith("answer_") else f"#{name}")
        if isinstance(field, TextArea):
            field.text = value
        else:
            assert isinstance(field, Input | Select)
            field.value = value
    await w.press("ctrl+s")
    await w.until(lambda: w.app.screen is not form, "the form is accepted")


async def commanded(w: Watching, kind: type[Any]) -> Any:
    """The last command of a kind that was given from the screen."""
    await w.until(lambda: any(isinstance(command, kind) for command in w.hub.commands), kind.__name__)
    return [command for command in w.hub.commands if isinstance(command, kind)][-1]
