"""What `hub_example` writes, and what it refuses."""

import pytest
from hub_example.notifier import FileNotifier
from hub_example.options import ExampleOptions, ExampleTarget
from pydantic import ValidationError

from hub.api import DeliveryFailed, PluginContext, Text
from hub.testing.clock import FakeClock
from hub.testing.samples import make_message


async def test_each_message_becomes_one_line_with_its_time(hub_context: PluginContext, hub_clock: FakeClock) -> None:
    notifier = FileNotifier(ExampleOptions(), hub_context)
    target = ExampleTarget(file="duty.log")
    assert await notifier.send(make_message(body=Text(en="two\nlines")), target) == "written to duty.log"
    hub_clock.advance(60)
    await notifier.send(make_message(camera=None, priority="low"), target)
    assert (hub_context.data / "duty.log").read_text(encoding="utf-8").splitlines() == [
        "2026-01-05T08:00:00+00:00 [high] gate-1 Camera obstructed: two lines",
        "2026-01-05T08:01:00+00:00 [low] - Camera obstructed: North gate: most of the view is covered.",
    ]


@pytest.mark.parametrize("file", ["../x", "/etc/x", "a/b", "..", ".hidden", "", "a\\b", "-x", "x" * 101, "a\nb"])
def test_a_file_outside_of_its_folder_cannot_be_named(file: str) -> None:
    with pytest.raises(ValidationError):
        ExampleTarget(file=file)


async def test_a_folder_that_is_gone_is_tried_again(hub_context: PluginContext) -> None:
    hub_context.data.rmdir()
    with pytest.raises(DeliveryFailed, match=r"duty.log cannot be written: No such file") as caught:
        await FileNotifier(ExampleOptions(), hub_context).send(make_message(), ExampleTarget(file="duty.log"))
    assert caught.value.retry


async def test_a_file_that_is_full_is_left_alone(hub_context: PluginContext) -> None:
    file = hub_context.data / "duty.log"
    file.write_bytes(b"x" * 10_000_001)
    with pytest.raises(DeliveryFailed, match="full") as caught:
        await FileNotifier(ExampleOptions(), hub_context).send(make_message(), ExampleTarget(file="duty.log"))
    assert not caught.value.retry
    assert file.stat().st_size == 10_000_001
