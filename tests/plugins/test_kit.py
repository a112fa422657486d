"""The public test-kit: a clock that obeys, a host that sees only what it is told, contracts that find faults."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent

import av
import pytest

from hub.testing import FakeClock
from hub.testing.samples import make_jpeg

_BAD_PLUGIN = """
    import logging
    from pydantic import BaseModel
    from hub.api import hookimpl

    class Options(BaseModel):
        token: str = ""

    class Target(BaseModel):
        address: str

    class Bad:
        arrived = []

        def __init__(self, options, context):
            self._options = options

        async def send(self, message, target):
            logging.getLogger("bad").debug("sending with %s", self._options.token)
            if "\\n" in message.title.en:
                raise KeyError("lines")
            Bad.arrived.append(message.title.en + message.body.en)
            return "sent"

    @hookimpl
    def hub_register_notifiers(register):
        register("bad", Bad, options=Options, target=Target)
"""

_ITS_TEST = """
    import pytest
    from hub_bad import Bad
    from hub.testing.contracts import NotifierContract

    class TestBad(NotifierContract):
        module = "hub_bad"
        name = "bad"
        secrets = ("word-7716",)

        @pytest.fixture
        def options(self):
            return {"token": "word-7716"}

        @pytest.fixture
        def target(self):
            return {"address": "x"}

        @pytest.fixture
        def received(self):
            return lambda: "".join(Bad.arrived)

    def test_the_host_sees_only_what_it_is_told(hub_host):
        host = hub_host("hub_mail")
        assert list(host.plugins) == ["mail"]
        assert list(host.notifiers) == ["mail"]

    def test_a_plugin_that_does_not_load_fails_the_test(hub_host):
        hub_host("hub_mail", "hub_nowhere")

    def test_the_context_and_the_message_are_complete(hub_context, hub_clock, hub_message):
        assert hub_context.data.is_dir()
        assert hub_context.clock is hub_clock
        assert hub_message(camera=None).camera is None
"""

_FOUND = {
    "test_every_option_is_described",
    "test_an_unknown_option_is_a_mistake",
    "test_options_show_no_secret",
    "test_an_unknown_key_of_a_target_is_a_mistake",
    "test_a_message_arrives_and_the_answer_is_short",
    "test_the_language_of_the_message_is_used",
    "test_odd_texts_do_not_break_it[lines]",
    "test_a_plugin_that_does_not_load_fails_the_test",
}


def test_the_contract_finds_what_is_wrong_with_a_plugin_of_a_third_party(tmp_path: Path) -> None:
    package = tmp_path / "hub_bad"
    package.mkdir()
    (package / "__init__.py").write_text(dedent(_BAD_PLUGIN), encoding="utf-8")
    (package / "plugin.toml").write_text(
        'id = "bad"\ntitle = "Bad"\nversion = "1"\napi = 1\nkinds = ["notifier"]\nowner = "Nobody"\n', encoding="utf-8"
    )
    (tmp_path / "test_bad.py").write_text(dedent(_ITS_TEST), encoding="utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["hub.testing.pytest_plugin"]\n', encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\npythonpath = .\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    failed = {line.split(" - ")[0].split("::")[-1] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == _FOUND, done.stdout
    assert "a secret shows in" in done.stdout
    assert "Options.token has no description" in done.stdout
    assert "The module hub_nowhere is not there" in done.stdout


def test_time_passes_only_when_the_test_says_so() -> None:
    clock = FakeClock(datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(1.5)
    assert (clock.now(), clock.monotonic()) == (datetime(2026, 3, 1, 4, 0, 1, 500_000, tzinfo=UTC), 1.5)


def test_setting_the_clock_moves_the_wall_and_not_the_time_that_passed() -> None:
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    clock.step(-3600)
    assert (clock.now(), clock.monotonic()) == (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), 0.0)


def test_a_clock_refuses_what_no_clock_does() -> None:
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2026, 3, 1))
    with pytest.raises(ValueError, match="forwards"):
        FakeClock().advance(-1)


def test_the_sample_picture_is_a_real_one(tmp_path: Path) -> None:
    with av.open(make_jpeg(tmp_path / "a.jpg", level=200, size=(320, 180))) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    assert picture.shape == (180, 320)
    assert abs(int(picture.mean()) - 200) <= 2
