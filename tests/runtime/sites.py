"""Small sites on disk, and a hub that runs on one in the test's own process."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from hub.clock import SystemClock
from hub.core.event import Event, Record
from hub.runtime.hub import Hub
from hub.runtime.parts import load_parts, require_sound

HEAD = """
[site]
name = { en = "Test plant", zh = "试验厂" }
timezone = "Asia/Shanghai"

[watch]
workers = 1
lost_after_s = 2
learn_s = 5
persist_s = 1.5
picture_every_s = 0.5

[[areas]]
id = "hall"
name = { en = "Hall", zh = "厅" }

[[routes]]
id = "duty"
name = { en = "Duty", zh = "值班" }
send = [{ via = "example", file = "duty.log" }]

[plugins]
path = "plugins"
"""
CONFIG_RULE = """
[[rule]]
id = "config-rejected"
title = { en = "Changed settings are broken", zh = "配置有误" }
on = "config.rejected"
do = [{ alarm = "config", priority = "medium" }]

[[rule]]
id = "plugin-failed"
title = { en = "Plugin failed", zh = "插件故障" }
on = "plugin.failed"
do = [{ alarm = "plugin", priority = "high" }]
"""
LOST_RULE = """
[[rule]]
id = "lost"
title = { en = "Signal lost", zh = "信号丢失" }
on = "signal.lost"
for = "FOR"
do = [{ alarm = "signal", priority = "high" }, { notify = "duty" }]
"""
_NUMBERS = itertools.count(1)


def camera(name: str, url: str, driver: str = "rtsp", **options: str) -> str:
    more = "".join(f'{key} = "{value}"\n' for key, value in options.items())
    address = f'url = "{url}"\n' if url else ""
    return (
        f'\n[[cameras]]\nid = "{name}"\nname = {{ en = "{name}", zh = "{name}" }}\narea = "hall"\n'
        f'domain = "production"\ndriver = "{driver}"\n{address}{more}'
    )


def make_site(folder: Path, hub_toml: str = HEAD, **rules: str) -> Path:
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "hub.toml").write_text(hub_toml, encoding="utf-8")
    for name, text in rules.items():
        (folder / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def add_plugin(site: Path, code: str, *, kinds: Sequence[str], name: str = "") -> str:
    """A plugin in the site's own folder. Returns its id; within a process every plugin has a name of its own."""
    name = name or f"sample{next(_NUMBERS)}"
    folder = site / "plugins" / f"hub_{name}"
    folder.mkdir(parents=True)
    kinds_listed = ", ".join(f'"{kind}"' for kind in kinds)
    named = f'id = "{name}"\ntitle = "{name}"\nversion = "1.0"\napi = 1\n'
    toml = f'{named}kinds = [{kinds_listed}]\nowner = "Tests"\ndocs = "none"\n'
    (folder / "plugin.toml").write_text(toml, encoding="utf-8")
    (folder / "__init__.py").write_text(code.replace("NAME", name), encoding="utf-8")
    return name


DRIVER = """
import asyncio
from pathlib import Path

from pydantic import BaseModel

from hub.api import AuthRejected, DeviceUnreachable, StreamSpec, hookimpl


class Options(BaseModel):
    model_config = {"extra": "forbid"}
    file: str


class Driver:
    '''Does what the file says.'''

    def __init__(self, options, context):
        self.file = context.site / options.file

    async def stream(self):
        word, _, rest = self.file.read_text().strip().partition(" ")
        (self.file.parent / (self.file.name + ".asked")).open("a").write(word + "\\n")
        if word == "raise":
            raise KeyError(rest)
        if word == "refuse":
            raise AuthRejected("The device refused the password.")
        if word == "away":
            raise DeviceUnreachable("The device does not answer.")
        if word == "hang":
            await asyncio.sleep(3600)
        return StreamSpec(rest)


@hookimpl
def hub_register_cameras(register):
    register("NAME", Driver, options=Options)
"""
NOTIFIER = """
from pydantic import BaseModel

from hub.api import hookimpl


class Options(BaseModel):
    pass


class Target(BaseModel):
    pass


class Notifier:
    def __init__(self, options, context):
        self.folder = context.site

    async def send(self, message, target):
        if (self.folder / "broken").exists():
            raise ZeroDivisionError("a fault of the plugin")
        with (self.folder / "sent").open("a") as file:
            file.write(message.id + "\\n")
        return "taken"


@hookimpl
def hub_register_notifiers(register):
    register("NAME", Notifier, options=Options, target=Target)
"""


class RunningHub:
    """A hub in this process, with waits that have an end."""

    def __init__(self, hub: Hub, task: asyncio.Task[None]) -> None:
        self.hub = hub
        self.task = task

    def records(self, *kinds: type[Event]) -> list[Record]:
        everything = self.hub.journal.read(0, 100_000)
        return [record for record in everything if not kinds or isinstance(record.event, kinds)]

    async def until(self, kind: type[Event], within_s: float = 15.0, count: int = 1, **fields: object) -> Record:
        """Wait for the `count`th record of this kind with these fields."""
        found: list[Record] = []
        try:
            async with asyncio.timeout(within_s):
                while len(found) < count:
                    found = [
                        record
                        for record in self.records(kind)
                        if all(getattr(record.event, field) == value for field, value in fields.items())
                    ]
                    await asyncio.sleep(0.02)
        except TimeoutError:
            last = [record.event for record in self.records()[-8:]]
            raise AssertionError(f"no {kind.__name__} {fields} within {within_s} s; the last were {last}") from None
        return found[count - 1]


@asynccontextmanager
async def running_hub(site: Path) -> AsyncIterator[RunningHub]:
    """The hub of a site, ready; stopped cleanly at the end."""
    parts = load_parts(site)
    require_sound(parts)
    hub = Hub(parts, SystemClock())
    task = asyncio.create_task(hub.run())
    try:
        async with asyncio.timeout(20):
            while not hub.ready.is_set():
                if task.done():
                    task.result()
                await asyncio.sleep(0.01)
        yield RunningHub(hub, task)
    finally:
        hub.request_stop("The test is over.")
        await task
