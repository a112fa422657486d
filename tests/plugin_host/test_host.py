"""Plugins are loaded each on its own: what one does wrong stays with it, and is told with the line of its code."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from hub.errors import PluginError, SiteError
from hub.plugin_host import PluginHost, build_context, discover, find_commands, load_command
from hub.ports import PluginContext
from hub.testing.clock import FakeClock
from tests.plugin_host.conftest import GOOD, PluginFolder


class _Empty(BaseModel):
    pass


def test_a_good_plugin_is_ready_and_its_offer_is_there(folder: PluginFolder, hub_context: PluginContext) -> None:
    folder.add("good")
    folder.add_file("lonely")
    host = folder.load()
    assert [(loaded.state, loaded.reason) for loaded in host.plugins.values()] == [("ready", ""), ("ready", "")]
    assert sorted(host.notifiers) == ["good", "lonely"]
    assert host.cameras == host.stores == host.services == {}
    assert host.notifiers["good"].plugin == "good"
    assert host.build_notifier("good", _Empty(), hub_context).context is hub_context  # type: ignore[attr-defined]


def test_the_modules_of_a_plugin_in_the_folder_find_each_other(folder: PluginFolder) -> None:
    folder.add(
        "parts",
        """
        from hub.api import hookimpl

        @hookimpl
        def hub_register_notifiers(register):
            from MODULE.inner import register_all
            register_all(register)
        """,
        inner=GOOD.replace("@hookimpl", "").replace("hub_register_notifiers", "register_all"),
    )
    host = folder.load()
    assert host.plugins["parts"].reason == ""
    assert list(host.notifiers) == ["parts"]
    assert str(folder.path) not in sys.path


_HOOK = "from hub.api import hookimpl\n"
_REGISTER = (
    "from pydantic import BaseModel\nfrom hub.api import hookimpl\nclass O(BaseModel): pass\nclass N:\n"
    "    def __init__(self, o, c): pass\n    async def send(self, m, t): pass\n"
    "@hookimpl\ndef hub_register_notifiers(register):\n    "
)


@pytest.mark.parametrize(
    ("source", "reason", "line"),
    [
        ("x = 1\nraise ValueError('bad start')", "ValueError: bad start", 2),
        ("import no_such_vendor_library", "ModuleNotFoundError: No module named 'no_such_vendor_library'", 1),
        ("def broken(:\n  pass", "SyntaxError: ", 1),
        ("import sys\nsys.exit(3)", "SystemExit: 3", 2),
        ("raise RuntimeError()", "RuntimeError", 1),
        ("raise OSError('rtsp://admin:word@10.0.0.8/live?token=abc')", "rtsp://***@10.0.0.8/live?token=***", 1),
        (_HOOK + "@hookimpl\ndef hub_register_notifiers(register):\n    1 / 0", "ZeroDivisionError", 4),
        (_HOOK + "@hookimpl\ndef hub_register_notifers(register): pass", "Did you mean 'hub_register_notifiers'?", 2),
        (_HOOK + "@hookimpl\ndef on_frame(frame): pass", "There is no hook 'on_frame'", 2),
        (_HOOK + "@hookimpl\ndef hub_register_notifiers(regster): pass", "takes (regster)", 2),
        (_HOOK + "@hookimpl\nasync def hub_register_notifiers(register): pass", "is `async def`", 2),
        ("def hub_register_notifiers(register): pass", "Mark hub_register_notifiers with @hookimpl", None),
        ("", "promises a notifier, but it registered none", None),
        (_REGISTER + "register('Bad Name', N, options=O, target=O)", "by the name 'Bad Name'", 9),
        (_REGISTER + "register('n', N(1, 2), options=O, target=O)", "must be a class or a plain function", 9),
        (_REGISTER + "register('n', N, options=O(), target=O)", "`options` of the notifier 'n' must be a pydantic", 9),
        (_REGISTER + "register('n', N, options=O)", "`target` of the notifier 'n' must be a pydantic", 9),
        (_REGISTER + "register('n', N, target=O)", "TypeError", 9),
        (_REGISTER + "[register('n', N, options=O, target=O) for _ in 'ab']", "the notifier 'n' twice", None),
        (
            (_REGISTER + "register('n', N, options=O)").replace("notifiers", "cameras"),
            "registered the camera driver 'n', but `kinds` in its plugin.toml is ['notifier']",
            None,
        ),
    ],
)
def test_what_a_plugin_does_wrong_stays_with_it(
    folder: PluginFolder, source: str, reason: str, line: int | None
) -> None:
    loaded = folder.load_one("wrong", source)
    assert loaded.state == "failed"
    assert reason in loaded.reason
    assert "\n" not in loaded.reason
    if line is not None:
        assert f"({folder.module('wrong')}/__init__.py:{line})" in loaded.reason


def test_a_fault_in_an_inner_module_is_told_with_that_line(folder: PluginFolder) -> None:
    loaded = folder.load_one("deep", "from MODULE import inner", inner="import json\n\njson.loads('{')")
    assert loaded.state == "failed"
    assert f"({folder.module('deep')}/inner.py:3)" in loaded.reason


def test_nothing_of_a_plugin_that_failed_halfway_is_used(folder: PluginFolder) -> None:
    source = GOOD + "        raise ValueError('after registering')\n"
    folder.add("half", source)
    host = folder.load()
    assert host.plugins["half"].state == "failed"
    assert host.notifiers == {}


def test_of_two_plugins_with_one_offer_the_first_is_used(folder: PluginFolder, hub_context: PluginContext) -> None:
    folder.add("first")
    folder.add("second", GOOD.replace("NAME", "'first'"))
    host = folder.load()
    assert host.plugins["first"].state == "ready"
    assert host.plugins["second"].state == "failed"
    assert "has the name of one that the plugin 'first' offers" in host.plugins["second"].reason
    assert host.notifiers["first"].plugin == "first"


def test_a_registration_after_its_hook_is_refused(folder: PluginFolder) -> None:
    folder.add("late", GOOD + "        global kept; kept = register\n")
    host = folder.load()
    kept = sys.modules[folder.module("late")].kept
    with pytest.raises(PluginError, match="after its hook had returned"):
        kept("more", object, options=_Empty, target=_Empty)
    assert list(host.notifiers) == ["late"]


def test_a_plugin_that_is_disabled_or_described_wrongly_is_not_imported(folder: PluginFolder) -> None:
    folder.add("off", "raise SystemExit('imported')")
    folder.add("wrong", "raise SystemExit('imported')", toml=folder.toml("wrong", api="99"))
    host = folder.load("off")
    assert (host.plugins["off"].state, host.plugins["off"].reason) == ("stopped", "disabled in hub.toml")
    assert host.plugins["wrong"].state == "failed"
    assert not {folder.module("off"), folder.module("wrong")} & set(sys.modules)


@pytest.mark.parametrize(
    ("body", "reason", "state"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero ({}/__init__.py:13)", "degraded"),
        ("return object()", "object has no method send", "degraded"),
        ("return None", "NoneType has no method send", "degraded"),
        ("raise ValueError('http://user:word@host')", "http://***@host", "degraded"),
        ("from hub.api import SiteError; raise SiteError('No key.', hint='Set KEY.')", "No key. Set KEY.", "ready"),
    ],
)
def test_a_factory_that_fails_gives_a_plugin_error(
    folder: PluginFolder, hub_context: PluginContext, body: str, reason: str, state: str
) -> None:
    source = """
    from pydantic import BaseModel
    from hub.api import hookimpl

    class Options(BaseModel):
        pass

    @hookimpl
    def hub_register_notifiers(register):
        register(NAME, make, options=Options, target=Options)

    def make(options, context):
        BODY
    """.replace("BODY", body)
    folder.add("brittle", source)
    host = folder.load()
    with pytest.raises(PluginError) as caught:
        host.build_notifier("brittle", _Empty(), hub_context)
    assert reason.format(folder.module("brittle")) in str(caught.value)
    assert host.plugins["brittle"].state == state
    assert (reason.format(folder.module("brittle")) in host.plugins["brittle"].reason) is (state == "degraded")


def test_what_nobody_offers_is_told_with_what_there_is(folder: PluginFolder, hub_context: PluginContext) -> None:
    folder.add("good")
    folder.add("broken", "raise ValueError('bad start')")
    host = folder.load()
    with pytest.raises(PluginError, match=r"There is no notifier 'god'\. Did you mean 'good'\?"):
        host.build_notifier("god", _Empty(), hub_context)
    with pytest.raises(PluginError, match=r"There is no camera driver 'rtsp'\. There are: none\."):
        host.build_camera("rtsp", _Empty(), hub_context)
    with pytest.raises(PluginError, match="The plugin 'broken' is failed: ValueError: bad start"):
        host.build_notifier("broken", _Empty(), hub_context)


def test_faults_while_running_show_in_the_state_and_can_pass(folder: PluginFolder) -> None:
    root = folder.add("good")
    host = folder.load()
    namespace: dict[str, object] = {}
    exec(compile("def fall():\n    raise KeyError('x')", str(root / "driver.py"), "exec"), namespace)
    with pytest.raises(KeyError) as caught:
        namespace["fall"]()  # type: ignore[operator]
    host.mark_failed("good", caught.value)
    assert host.plugins["good"].state == "failed"
    assert host.plugins["good"].reason == f"KeyError: 'x' ({folder.module('good')}/driver.py:2)"
    host.mark_degraded("good", "no answer from http://user:word@host " + "x" * 1000)
    assert host.plugins["good"].state == "degraded"
    assert host.plugins["good"].reason.startswith("no answer from http://***@host xxx")
    assert len(host.plugins["good"].reason) == 300
    host.mark_ready("good")
    assert (host.plugins["good"].state, host.plugins["good"].reason) == ("ready", "")


def test_stopping_keeps_the_reason_of_those_that_failed(folder: PluginFolder) -> None:
    folder.add("good")
    folder.add("broken", "raise ValueError('bad start')")
    host = folder.load()
    host.stop()
    assert host.plugins["good"].state == "stopped"
    assert host.plugins["broken"].state == "failed"
    assert "bad start" in host.plugins["broken"].reason


def test_a_plugin_is_handed_a_folder_of_its_own(tmp_path: Path) -> None:
    context = build_context("acme", site=tmp_path, data=tmp_path / "data", clock=FakeClock(), language="zh_CN")
    assert context.data == tmp_path / "data" / "plugins" / "acme"
    assert context.data.is_dir()
    assert context.data.stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SiteError, match="cannot be made: Not a directory"):
        build_context("acme", site=tmp_path, data=tmp_path / "file", clock=FakeClock(), language="en")


def test_a_command_is_imported_only_when_it_is_called(folder: PluginFolder) -> None:
    target = f'{{ acme = "{folder.module("tool")}.cli:app" }}'
    folder.add("tool", toml=folder.toml("tool", commands=target), cli="app = 'the application'")
    command = find_commands(discover(folder.path))["acme"]
    assert folder.module("tool") not in sys.modules
    assert load_command(command) == "the application"


@pytest.mark.parametrize(
    ("cli", "reason"),
    [
        ("raise ValueError('no terminal')", "ValueError: no terminal ({}/cli.py:1)"),
        ("import sys; sys.exit(1)", "SystemExit: 1 ({}/cli.py:1)"),
        ("x = 1", "has no attribute 'app'"),
    ],
)
def test_a_command_that_cannot_be_loaded_says_why(folder: PluginFolder, cli: str, reason: str) -> None:
    target = f'{{ acme = "{folder.module("tool")}.cli:app" }}'
    folder.add("tool", toml=folder.toml("tool", commands=target), cli=cli)
    with pytest.raises(PluginError) as caught:
        load_command(find_commands(discover(folder.path))["acme"])
    assert reason.format(folder.module("tool")) in str(caught.value)
    assert "Test team" in caught.value.hint


def test_an_installed_distribution_of_a_third_party_is_loaded_like_ours(tmp_path: Path) -> None:
    package, info = tmp_path / "hub_acme", tmp_path / "acme_watchroom-2.0.dist-info"
    package.mkdir()
    info.mkdir()
    (package / "__init__.py").write_text(GOOD.replace("\n    ", "\n").replace("NAME", "'acme'"), encoding="utf-8")
    (package / "plugin.toml").write_text(
        'id = "acme"\ntitle = "Acme"\nversion = "2.0"\napi = 1\nkinds = ["notifier"]\nowner = "Acme"\n',
        encoding="utf-8",
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-watchroom\nVersion: 2.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[watchroom.plugins]\nhub_acme = hub_acme\n", encoding="utf-8")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from hub.plugin_host import PluginHost, discover\n"
        "host = PluginHost(); host.load(discover())\n"
        "acme = host.plugins['acme']\n"
        "print(acme.state, acme.manifest.source, acme.manifest.title.en)\n"
        "print('acme' in host.notifiers, 'mail' in host.notifiers)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["ready", "acme-watchroom", "2.0", "Acme", "True", "True"]


def test_every_plugin_of_this_distribution_loads() -> None:
    host = PluginHost()
    host.load(discover())
    assert {plugin: loaded.reason for plugin, loaded in host.plugins.items() if loaded.state != "ready"} == {}
    assert {"rtsp", "demo"} <= set(host.cameras)
    assert {"mail", "webhook", "apprise", "example"} <= set(host.notifiers)
    assert "sqlite" in host.stores
    assert "demo" in host.services
