"""Vendors of devices and ways to find them: registered whole or not at all; their faults stay with the plugin."""

from collections.abc import Mapping
from typing import cast

import pytest
from pydantic import BaseModel

from hub.errors import PluginError
from hub.plugin_host import PluginHost
from hub.ports import PluginContext
from hub.vendor.access import DeviceAccess
from tests.plugin_host.conftest import PluginFolder


class _Empty(BaseModel):
    pass


_ACCESS = cast(DeviceAccess, object())
"""Nobody looks into it: what is tested is the way to the vendor's `open`."""

_SOURCE = """
from pydantic import BaseModel
from hub.api import Found, SiteError, Vendor, hookimpl

class Options(BaseModel):
    pass

class Session:
    def __init__(self, access, options, context):
        self.access, self.options, self.context = access, options, context
    def describe(self): ...
    def capabilities(self): ...
    def health(self): ...
    def close(self): ...

def find(search, network):
    yield Found(by=NAME, address="192.0.2.7")

VALUES = dict(name=NAME, title="Acme", port=80, could=frozenset({"streams"}), options=Options, open=Session)
VENDOR = Vendor(**VALUES)

@hookimpl
def hub_register_vendors(register):
    REGISTER_VENDOR

@hookimpl
def hub_register_finders(register):
    REGISTER_FINDER
"""
_KINDS = {"kinds": '["vendor", "finder"]'}


def _source(vendor: str = "register(VENDOR)", finder: str = "register(NAME, find)") -> str:
    return _SOURCE.replace("REGISTER_VENDOR", vendor).replace("REGISTER_FINDER", finder)


def _load(folder: PluginFolder, source: str, name: str = "acme", toml: Mapping[str, str] = _KINDS) -> PluginHost:
    folder.add(name, source, toml=folder.toml(name, **toml))
    return folder.load()


def test_a_vendor_and_a_finder_are_there_by_name(folder: PluginFolder, hub_context: PluginContext) -> None:
    host = _load(folder, _source())
    assert host.plugins["acme"].reason == ""
    assert (host.vendors["acme"].plugin, host.vendors["acme"].vendor.title) == ("acme", "Acme")
    assert issubclass(host.vendors["acme"].options, BaseModel)
    assert [found.address for found in host.finders["acme"].find(None, None)] == ["192.0.2.7"]  # type: ignore[arg-type]
    options = _Empty()
    session = host.open_session("acme", _ACCESS, options, hub_context)
    assert vars(session) == {"access": _ACCESS, "options": options, "context": hub_context}


@pytest.mark.parametrize(
    ("vendor", "reason"),
    [
        ("register(Session)", "It registered type as a vendor. Register a value of hub.api.Vendor."),
        ("register(Vendor(**VALUES | {'name': 'Big Name'}))", "a vendor by the name 'Big Name'"),
        ("register(Vendor(**VALUES | {'open': None}))", "The `open` of the vendor 'acme' must be a class"),
        ("register(Vendor(**VALUES | {'title': ' '}))", "`title` of the vendor 'acme' must be a text of 1 to 80"),
        ("register(Vendor(**VALUES | {'port': 0}))", "`port` of the vendor 'acme' must be a number from 1 to 65535"),
        ("register(Vendor(**VALUES | {'tls_port': '443'}))", "`tls_port` of the vendor 'acme'"),
        ("register(Vendor(**VALUES | {'could': {'fly'}}))", "`could` of the vendor 'acme' names 'fly'. There are:"),
        ("register(Vendor(**VALUES | {'options': Options()}))", "`options` of the vendor 'acme' must be a pydantic"),
        ("[register(VENDOR) for _ in 'ab']", "It registered the vendor 'acme' twice."),
        ("pass", "Its plugin.toml promises a vendor, but it registered none."),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_vendor_that_is_described_wrongly_is_refused_whole(folder: PluginFolder, vendor: str, reason: str) -> None:
    host = _load(folder, _source(vendor))
    assert host.plugins["acme"].state == "failed"
    assert reason in host.plugins["acme"].reason
    assert host.vendors == {}
    assert host.finders == {}


@pytest.mark.parametrize(
    ("finder", "reason"),
    [
        ("register('Not Good', find)", "a finder by the name 'Not Good'"),
        ("register(NAME, find(None, None))", "The function of the finder 'acme' must be a class or a plain function"),
        ("[register(NAME, find) for _ in 'ab']", "It registered the finder 'acme' twice."),
    ],
)
def test_a_finder_that_is_described_wrongly_is_refused_whole(folder: PluginFolder, finder: str, reason: str) -> None:
    host = _load(folder, _source(finder=finder))
    assert reason in host.plugins["acme"].reason
    assert host.vendors == {}
    assert host.finders == {}


_CAMERA = """
@hookimpl
def hub_register_cameras(register):
    class Camera:
        def __init__(self, options, context): ...
        async def describe(self): ...
        async def streams(self): ...
        async def snapshot(self): ...
        async def close(self): ...
    register("acme", Camera, options=Options)
"""


def test_a_vendor_cannot_have_the_name_of_a_camera_driver(folder: PluginFolder) -> None:
    head = _source().partition("@hookimpl")[0]
    folder.add("first", head + _CAMERA, toml=folder.toml("first", kinds='["camera"]'))
    host = _load(folder, _source().replace("NAME", "'acme'"), name="second")
    assert host.plugins["first"].state == "ready"
    assert host.plugins["second"].reason.startswith(
        "Its vendor 'acme' has the name of the camera driver that the plugin 'first' offers. In hub.toml both are"
    )
    assert "acme" in host.cameras
    assert host.vendors == {}


def test_a_camera_driver_cannot_have_the_name_of_a_vendor(folder: PluginFolder) -> None:
    folder.add("acme", _source(), toml=folder.toml("acme", **_KINDS))
    host = _load(folder, _source() + _CAMERA, name="both", toml={"kinds": '["camera", "vendor", "finder"]'})
    assert host.plugins["acme"].state == "ready"
    assert "camera driver 'acme' has the name of the vendor that the plugin 'acme'" in host.plugins["both"].reason
    assert list(host.vendors) == list(host.finders) == ["acme"]
    assert host.cameras == {}


def test_one_plugin_cannot_name_a_driver_and_a_vendor_alike(folder: PluginFolder) -> None:
    host = _load(folder, _source() + _CAMERA, toml={"kinds": '["camera", "vendor", "finder"]'})
    assert host.plugins["acme"].state == "failed"
    assert "has the name of the camera driver that the plugin 'acme' offers" in host.plugins["acme"].reason


@pytest.mark.parametrize(
    ("opens", "reason", "state"),
    [
        ("lambda access, options, context: 1 / 0", "ZeroDivisionError: division by zero ({}/__init__.py:", "degraded"),
        ("lambda access, options, context: None", "NoneType has no method describe, capabilities, health", "degraded"),
        ("lambda: None", "TypeError", "degraded"),
        ("refuse", "acme: No channel 3. There are 2.", "ready"),
    ],
)
def test_a_session_that_cannot_be_opened_gives_a_plugin_error(
    folder: PluginFolder, hub_context: PluginContext, opens: str, reason: str, state: str
) -> None:
    refuse = "\ndef refuse(access, options, context):\n    raise SiteError('No channel 3.', hint='There are 2.')\n"
    host = _load(folder, _source(f"register(Vendor(**VALUES | {{'open': {opens}}}))") + refuse)
    with pytest.raises(PluginError) as caught:
        host.open_session("acme", _ACCESS, _Empty(), hub_context)
    assert reason.format(folder.module("acme")) in str(caught.value)
    assert host.plugins["acme"].state == state


def test_a_vendor_that_nobody_offers_is_told_with_what_there_is(
    folder: PluginFolder, hub_context: PluginContext
) -> None:
    host = _load(folder, _source())
    with pytest.raises(PluginError, match=r"There is no vendor 'acm'\. Did you mean 'acme'\?"):
        host.open_session("acm", _ACCESS, _Empty(), hub_context)
