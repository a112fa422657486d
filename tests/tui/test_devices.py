"""The devices panel: what is wrong is seen, what was not told is unknown, orders are given with a reason."""

from hub.core.devices.commands import RebootDevice, RetryDevice, SetDeviceClock
from hub.locale import set_language
from tests.tui.conftest import Watch, Watching
from tests.tui.devices_plant import with_devices
from tests.tui.fake_hub import FakeHub


async def at_devices(w: Watching) -> None:
    await w.press("f5")
    await w.until(lambda: w.room.where == "devices")
    await w.until_seen("nvr-1")


async def test_each_device_says_how_it_is_and_what_it_did_not_say_is_unknown(watch: Watch, hub: FakeHub) -> None:
    with_devices(hub)
    async with watch(hub, size=(140, 40)) as w:
        await at_devices(w)
        await w.until_seen("1 of 3 devices answer; 1 unknown; 2 with something wrong")
        await w.until_seen("✓ Answers", "DS-7608NI", "+63 s", "1/2", "V4.61")
        await w.until_seen("Clock wrong", "63 s ahead", "Disk failed 2", "Reports shelteralarm @2: tampering")
        await w.until_seen(
            "set by hand", "100 of 4000 GB free", "empty slot", "recorded: yes", "does not come; recorded: ?"
        )
        await w.press("down")
        await w.until_seen("✗ Does not answer", "No connection to 10.1.2.4:80")
        await w.press("down")
        await w.until_seen("? Unknown", "not since the hub started")
        assert not w.sees("✓ Answers  ?")


async def test_why_a_device_does_not_answer_is_said_in_the_language_of_the_screen(watch: Watch, hub: FakeHub) -> None:
    with_devices(hub)
    async with watch(hub, size=(140, 40), language="zh_CN") as w:
        await at_devices(w)
        await w.press("down")
        await w.until_seen("5 秒内无法连接到 10.1.2.4:80。")
        assert not w.sees("No connection")


async def test_it_fits_a_small_terminal_and_shows_only_what_is_wrong_on_one_key(watch: Watch, hub: FakeHub) -> None:
    with_devices(hub)
    async with watch(hub, size=(80, 24)) as w:
        await at_devices(w)
        await w.until_seen("Device", "State", "Clock", "Disks", "Wrong", "crane-3")
        await w.press("w")
        await w.until_gone("crane-3")
        await w.until_seen("nvr-2")


async def test_a_device_is_asked_again_by_those_who_may(watch: Watch, hub: FakeHub) -> None:
    with_devices(hub)
    async with watch(hub, account="zhao", size=(140, 40)) as w:
        await at_devices(w)
        await w.press("r")
        await w.until(lambda: hub.commands, "the command")
        assert hub.commands[-1] == RetryDevice(device="nvr-1")


async def test_a_clock_is_set_with_a_remark_and_a_restart_needs_a_reason(watch: Watch, hub: FakeHub) -> None:
    with_devices(hub)
    async with watch(hub, account="zhao", size=(140, 40)) as w:
        await at_devices(w)
        await w.press("t")
        await w.until_seen("Set the clock of nvr-1 Recorder 1", "+63 s")
        await w.press(*"tz", "enter")
        await w.until(lambda: hub.commands, "the command")
        assert hub.commands[-1] == SetDeviceClock(device="nvr-1", reason="tz")


async def test_a_hub_without_devices_says_where_they_are_named(watch: Watch, hub: FakeHub) -> None:
    hub.answers["devices"] = []
    async with watch(hub, size=(80, 24)) as w:
        await w.press("f5")
        await w.until_seen("hub.toml names no devices")


async def test_the_reboot_form_refuses_without_a_reason(hub: FakeHub) -> None:
    from hub.tui.forms.devices import reboot

    with_devices(hub)
    set_language("en")
    (view, *_) = hub.answers["devices"]({})
    form = reboot(view)
    assert isinstance(form.read({"reason": " "}, hub.clock.now()), dict)
    assert form.read({"reason": "it hangs"}, hub.clock.now()) == RebootDevice(device="nvr-1", reason="it hangs")
