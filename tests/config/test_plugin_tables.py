"""The second pass: what belongs to plugins, against their own models."""

# The table of mistakes holds whole messages, which are easier to compare on one line.
# ruff: noqa: E501

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from hub.config.hub_toml.plugin_tables import Delivery, PluginTables
from hub.config.hub_toml.site import SiteConfig
from hub.config.init import write_site
from hub.config.load import check_plugin_tables, load_site, parse_site
from hub.secret import Secret


class RtspOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Secret = Field(description="Where the stream is.")
    user: Secret | None = None
    password: Secret | None = None
    port: int = Field(default=554, ge=1, le=65535)

    @field_validator("url")
    @classmethod
    def _rtsp(cls, url: Secret) -> Secret:
        if not url.by_reference and not url.reveal().startswith("rtsp://"):
            raise ValueError(f"expected an address that begins with rtsp://, found {url.reveal()}")
        return url


class Empty(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MailOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    host: str = Field(description="The server.")
    sender: str = Field(alias="from", description="The sender's address.")
    password: Secret | None = None


class MailTarget(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: list[str] = Field(min_length=1)


class BridgeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    broker: str = "localhost"


class BridgeService(BaseModel):
    model_config = ConfigDict(extra="forbid")

    discovery: bool = False


class AcmeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    profile: str = "default"


class Lax(BaseModel):
    speed: int = 1


class Broken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    x: int = 1

    @field_validator("x")
    @classmethod
    def _raise(cls, x: int) -> int:
        raise TypeError("cannot reach rtsp://admin:hunter2@10.0.0.8/")


def offers(**models: tuple[type[BaseModel], ...]) -> Mapping[str, Any]:
    return {
        name: SimpleNamespace(options=given[0], **({"target": given[1]} if len(given) > 1 else {}))
        for name, given in models.items()
    }


REGISTRY = SimpleNamespace(
    cameras=offers(rtsp=(RtspOptions,), lax=(Lax,), broken=(Broken,)),
    notifiers=offers(mail=(MailOptions, MailTarget), bridge=(BridgeOptions, Empty), log=(Empty, Empty)),
    services=offers(bridge=(BridgeService,), demo=(Empty,)),
    stores=offers(sqlite=(Empty,)),
    storages=offers(shelf=(AcmeOptions,)),
    vendors=offers(acme=(AcmeOptions,)),
)

BASE = """\
[site]
name = "Plant"
timezone = "UTC"
[[areas]]
id = "gates"
name = "Gates"
[[cameras]]
id = "gate-1"
name = "Gate"
area = "gates"
domain = "security"
driver = "rtsp"
url = "rtsp://10.0.0.8/live"
[[routes]]
id = "duty"
name = "Duty"
send = [{ via = "mail", to = ["duty@plant.example"] }, { via = "log" }]
[plugins.mail]
host = "mail.plant.example"
from = "hub@plant.example"
"""


def config_of(text: str) -> SiteConfig:
    config, problems = parse_site(text)
    assert config is not None, [str(problem) for problem in problems]
    return config


def checked(text: str) -> PluginTables:
    return check_plugin_tables(config_of(text), REGISTRY)


def said(text: str) -> list[str]:
    return [str(problem) for problem in checked(text).problems]


def test_every_table_becomes_an_instance_of_its_plugins_own_model():
    tables = checked(BASE + "[plugins.demo]\n")
    assert tables.problems == ()
    assert tables.cameras == {"gate-1": RtspOptions.model_validate({"url": "rtsp://10.0.0.8/live"})}
    assert tables.routes == {
        "duty": (Delivery("mail", MailTarget(to=["duty@plant.example"])), Delivery("log", Empty()))
    }
    assert tables.notifiers == {
        "mail": MailOptions.model_validate({"host": "mail.plant.example", "from": "hub@plant.example"}),
        "log": Empty(),
    }
    assert tables.services == {"demo": Empty()}
    assert tables.store == Empty()


LOADED = "Is its plugin loaded? `hub plugins list` shows."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('"rtsp"\n', '"rstp"\n'), f"12:10: cameras.1.driver: no loaded plugin brings the camera driver 'rstp'. Did you mean `rtsp`? {LOADED}"),
        (("url = ", "ulr = "), "7:3: cameras.1.url: is missing. Where the stream is."),
        (("rtsp://10.0.0.8/live", "http://10.0.0.8/"), "13:7: cameras.1.url: expected an address that begins with rtsp://, found ***."),
        (("driver =", "port = 70000\ndriver ="), "12:8: cameras.1.port: expected at most 65535, found 70000."),
        (("driver =", 'tag = "x"\ndriver ='), "12:1: cameras.1.tag: unknown key. Did you mean `tags`?"),
        (("driver =", "password = 5\ndriver ="), "12:12: cameras.1.password: expected a text in quotes, found a number."),
        (('via = "log"', 'via = "sms"'), f"17:64: routes.1.send.2.via: no loaded plugin brings the notifier 'sms'. The loaded notifiers are: bridge, log, mail. {LOADED}"),
        (("to = [", "too = ["), "17:9: routes.1.send.1.to: is missing."),
        (('"duty@plant.example"', "5"), "17:31: routes.1.send.1.to.1: expected a text in quotes, found 5."),
        (('host = "mail.plant.example"\n', ""), "18:2: plugins.mail.host: is missing. The server."),
        (("from =", "form ="), "18:2: plugins.mail.from: is missing. The sender's address."),
        (("[plugins.mail]", "[plugins.maill]"), f"18:2: plugins.maill: no loaded plugin brings the notifier or service 'maill'. Did you mean `mail`? {LOADED}"),
        (("[plugins.mail]", "[plugins.rtsp]\n[plugins.mail]"), "18:2: plugins.rtsp: 'rtsp' is a camera driver. Its options go into each camera that uses it."),
        (("[plugins.mail]", "[plugins.sqlite]\n[plugins.mail]"), "18:2: plugins.sqlite: 'sqlite' is a store. Its options go into [journal]."),
        (("[plugins.mail]", '[journal]\nstore = "sqlit"\n[plugins.mail]'), f"19:9: journal.store: no loaded plugin brings the store 'sqlit'. Did you mean `sqlite`? {LOADED}"),
        (("[plugins.mail]", "[journal]\nsync = 1\n[plugins.mail]"), "19:1: journal.sync: unknown key. The keys here are: store."),
        (("[plugins.mail]", "[plugins.bridge]\nbrokr = 1\n[plugins.mail]"), "19:1: plugins.bridge.brokr: unknown key. Did you mean `broker`?"),
        (('driver = "rtsp"\nurl = "rtsp://10.0.0.8/live"', 'driver = "lax"\nspede = 3'), "13:1: cameras.1.spede: unknown key. Did you mean `speed`?"),
    ],
    ids=lambda value: value[1][:40].replace("\n", " ") if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_way_out(change, expected):
    assert change[0] in BASE
    assert f"hub.toml:{expected}" in said(BASE.replace(change[0], change[1], 1))


def test_a_name_that_no_loaded_plugin_brings_is_marked_so_that_the_rest_can_run():
    tables = checked(BASE.replace('via = "log"', 'via = "sms"').replace('driver = "rtsp"', 'driver = "onvif"'))
    assert [problem.plugin for problem in tables.problems] == ["onvif", "sms"]
    assert tables.cameras == {}
    assert [delivery.via for delivery in tables.routes["duty"]] == ["mail"]
    assert tables.store is not None


def test_a_notifier_without_its_table_says_which_keys_it_needs():
    text = BASE[: BASE.index("[plugins.mail]")]
    assert said(text) == [
        "hub.toml:17:17: routes.1.send.1.via: the notifier 'mail' needs a table [plugins.mail]. It needs: host, from."
    ]


def test_a_notifier_and_a_service_of_one_name_share_their_table():
    tables = checked(BASE + '[plugins.bridge]\nbroker = "b"\ndiscovery = true\n')
    assert tables.problems == ()
    assert tables.notifiers["bridge"] == BridgeOptions(broker="b")
    assert tables.services["bridge"] == BridgeService(discovery=True)


def test_a_plugin_whose_own_check_breaks_spoils_only_its_own_table_and_tells_no_secret():
    text = BASE.replace('"rtsp"\nurl = "rtsp://10.0.0.8/live"', '"broken"\nx = 2')
    tables = checked(text)
    assert [str(problem) for problem in tables.problems] == [
        "hub.toml:7:3: cameras.1: the plugin's own check broke: TypeError: cannot reach rtsp://***@10.0.0.8/. "
        "Tell the plugin's author."
    ]
    assert set(tables.notifiers) == {"mail", "log"}


def test_a_secret_written_in_clear_is_a_warning_and_the_file_is_used():
    text = BASE.replace(
        'url = "rtsp://10.0.0.8/live"',
        'url = "rtsp://admin:hunter2@10.0.0.8/live"\nuser = "admin"\npassword = "hunter2"',
    )
    tables = checked(text)
    assert [str(problem) for problem in tables.problems] == [
        "hub.toml:13:7: warning: cameras.1.url: a secret is written in clear. "
        "Anyone who reads the file reads it; give it as 'env:NAME' or 'file:PATH'.",
        "hub.toml:15:12: warning: cameras.1.password: a secret is written in clear. "
        "Anyone who reads the file reads it; give it as 'env:NAME' or 'file:PATH'.",
    ]
    assert "gate-1" in tables.cameras


@pytest.mark.parametrize("url", ["env:GATE_URL", "file:secrets/gate", "rtsp://10.0.0.8/live"])
def test_references_and_addresses_without_a_password_are_no_secrets_in_clear(url):
    assert said(BASE.replace("rtsp://10.0.0.8/live", url)) == []


@pytest.mark.parametrize(
    "change",
    [
        ('url = "rtsp://10.0.0.8/live"', 'url = "http://admin:hunter2@10.0.0.8/live"'),
        ('url = "rtsp://10.0.0.8/live"', 'url = ["rtsp://admin:hunter2@10.0.0.8/live"]'),
        ('url = "rtsp://10.0.0.8/live"', 'password = ["hunter2"]'),
        ('domain = "security"', 'domain = "rtsp://admin:hunter2@10.0.0.8"'),
        ('to = ["duty@plant.example"]', 'to = "smtp://admin:hunter2@10.0.0.8"'),
    ],
)
def test_no_message_ever_holds_a_secret(change):
    config, problems = parse_site(BASE.replace(*change))
    if config is not None:
        problems = list(check_plugin_tables(config, REGISTRY).problems)
    assert problems
    assert not [problem for problem in problems if "hunter2" in str(problem)]


def _installed() -> Any:
    """What the plugins of this installation register, asked from their own hooks."""
    registry = SimpleNamespace(cameras={}, notifiers={}, services={}, stores={}, storages={}, vendors={})
    for entry in entry_points(group="watchroom.plugins"):
        module = entry.load()
        for kind in ("cameras", "notifiers", "services", "storages", "stores"):
            hook = getattr(module, f"hub_register_{kind}", None)
            if hook is not None:
                offered = getattr(registry, kind)
                hook(lambda name, factory, offered=offered, **models: offered.update({name: SimpleNamespace(**models)}))
    return registry


@pytest.mark.parametrize("demo", [True, False])
def test_the_shipped_sites_have_no_problems_with_the_shipped_plugins(tmp_path, demo):
    write_site(tmp_path / "site", demo=demo)
    config = load_site(tmp_path / "site")
    tables = check_plugin_tables(config, _installed())
    # The demo plant keeps its recordings for hours only, and is told what a plant has to keep.
    assert [problem.key for problem in config.warnings] == (["recording.keep_days"] if demo else [])
    assert [str(problem) for problem in tables.problems] == []
    assert set(tables.routes) == {"duty", "leader"}
    assert len(tables.cameras) == len(config.cameras)


def test_the_examples_in_the_new_site_are_right_once_their_comment_signs_are_taken_away():
    shipped = Path("hub/config/shipped/new_site.toml")
    text = (Path(__file__).parents[2] / shipped).read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_example = line.startswith("# ") and (bare.startswith("[") or " = " in bare.split("{")[0].split("`")[0])
        lines.append(bare if is_example else line)
    examples = "\n".join(lines).replace('send = [{ via = "example", file = "leader.log" }]\n', "")
    config = config_of(examples)
    assert [camera.driver for camera in config.cameras] == ["rtsp"]
    assert config.api.tcp == "127.0.0.1:8787"
    assert [str(problem) for problem in check_plugin_tables(config, _installed()).problems] == []
