"""Devices as rows and facts. What a device has not said is shown as unknown, never as good."""

from collections.abc import Iterable
from datetime import timedelta

from hub.client.devices import DeviceView, DiskNow
from hub.core.devices.look import how_far
from hub.core.devices.model import Fault
from hub.core.devices.reasons import reason_in_both
from hub.locale import _, say
from hub.tui import moments, words
from hub.tui import words_devices as said
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

_TONES = {"reached": "good", "failed": "lost", "refused": "lost", "untrusted": "lost", "unknown": "not_judged"}
_UNKNOWN = "?"
_ENDS_SOON = timedelta(days=30)


def columns() -> list[Column]:
    return [
        Column("id", _("Device"), 14, flex=1),
        Column("contact", _("State"), 18, flex=1),
        Column("model", _("Model"), 13, flex=1),
        Column("clock", _("Clock"), 12),
        Column("disks", _("Disks"), 6),
        Column("wrong", _("Wrong"), 6),
        Column("firmware", _("Firmware"), 14, flex=1, from_width=100),
        Column("cameras", _("Cameras"), 8, from_width=110),
        Column("asked", _("Asked"), 9, from_width=120),
    ]


def rows(views: Iterable[DeviceView], situation: Situation) -> list[Row]:
    """Those with something wrong first, as the hub has them otherwise."""
    return [_row(view, situation) for view in sorted(views, key=lambda view: not wrong(view))]


def wrong(view: DeviceView) -> int:
    """How many things are wrong with a device."""
    return len(view.faults)


def summary(views: list[DeviceView]) -> str:
    """How the devices are, in one line."""
    reached = sum(view.now.contact == "reached" for view in views)
    unknown = sum(view.now.contact == "unknown" for view in views)
    parts = [_("{n} of {all} devices answer").format(n=reached, all=len(views))]
    parts += [_("{n} unknown").format(n=unknown)] if unknown else []
    faulty = sum(wrong(view) > 0 for view in views)
    parts += [_("{n} with something wrong").format(n=faulty)] if faulty else []
    return words.clauses(parts)


def clock(view: DeviceView) -> str:
    """How far its clock is off; `?` where it has not said."""
    drift_s = view.now.drift_s
    return _UNKNOWN if drift_s is None else _off_by(drift_s)


def _off_by(drift_s: float) -> str:
    return f"{'-' if round(drift_s) < 0 else '+'}{say(how_far(drift_s))}"


def disks(view: DeviceView) -> str:
    """How many of its disks are good; slots without a disk are left out."""
    there = [disk for disk in view.now.disks if disk.state != "absent"]
    if view.now.storage != "ok":
        return "-" if view.now.storage == "unsupported" else _UNKNOWN
    return f"{sum(disk.state == 'ok' for disk in there)}/{len(there)}" if there else "-"


def device_name(view: DeviceView) -> str:
    """Its id and the name that staff use."""
    name = say(view.name)
    return f"{view.id} {name}".strip() if name != view.id else view.id


def fault_words(fault: Fault, *, ends: str) -> str:
    """What is wrong, in words: `Disk failed 2: bad sectors`. `ends`: the day on which the certificate does."""
    name = words.word(said.FAULTS, fault.kind)
    if fault.kind == "device.certificate_ending" and ends:
        return words.about(name, ends)
    which = "" if fault.kind == "device.weak" else fault.part  # its detail says it
    what = f"{name} {which}".strip()
    return words.about(what, say(fault.detail)) if say(fault.detail) else what


def facts(view: DeviceView, situation: Situation) -> list[Fact]:
    """Everything that is known of the device, and what is not."""
    now, stale = view.now, "stale" if situation.stale else ""
    mark, name = said.CONTACTS[now.contact]
    ends = moments.stamp(now.certificate_ends_at, situation.zone)[:10] if now.certificate_ends_at is not None else ""
    found = [
        Fact(_("Device"), device_name(view), "strong"),
        Fact(_("State"), f"{mark} {_(name)}", stale or _TONES[now.contact]),
    ]
    if now.why:
        found.append(Fact("", say(reason_in_both(now.why)), stale or "muted"))
    if now.latched:
        found.append(Fact("", _("It is not asked before somebody says so: key r."), "fault"))
    elif now.paused_until_at is not None:
        at = moments.clock(now.paused_until_at, situation.zone, now=situation.now)
        found.append(Fact("", _("It failed several times and is asked again at {clock}.").format(clock=at), "muted"))
    for fault in view.faults:
        since = moments.clock(fault.since_at, situation.zone, now=situation.now)
        found.append(Fact(_("Wrong"), f"{fault_words(fault, ends=ends)} ({since})", stale or "fault"))
    if view.ordered:
        found.append(Fact(_("Told to"), words.word(said.ORDERS, view.ordered)))
    found += _identity(view)
    found.append(Fact(_("Clock"), clock_words(view)))
    found += _disks(view, situation) + _channels(view)
    if now.hottest_c is not None:
        found.append(Fact(_("Heat"), f"{now.hottest_c:.0f} °C"))
    if now.fans is not None:
        found.append(Fact(_("Fans"), _("all turn") if now.fans else _("not all turn")))
    if now.certificate_ends_at is not None:
        soon = now.certificate_ends_at - situation.now < _ENDS_SOON
        found.append(Fact(_("Certificate"), _("until {date}").format(date=ends), "fault" if soon else ""))
    found.append(Fact(_("Tells"), _listening(view)))
    if now.answered_at is None:
        found.append(Fact(_("Said so"), _("not since the hub started")))
    else:
        found.append(Fact(_("Said so"), _("{age} ago").format(age=moments.since(now.answered_at, situation.now))))
    return found


def _row(view: DeviceView, situation: Situation) -> Row:
    now, stale = view.now, situation.stale
    mark, name = said.CONTACTS[now.contact]
    tone = "stale" if stale else _TONES[now.contact]
    plain = "stale" if stale else ""
    count = wrong(view)
    asked = moments.since(now.asked_at, situation.now) if now.asked_at is not None else "-"
    return Row(
        view.id,
        (
            Cell(device_name(view), plain or ("strong" if count else "")),
            Cell(f"{'?' if stale else mark} {_(name)}", tone),
            Cell(view.model or _UNKNOWN, plain),
            Cell(clock(view), plain or _wrong_tone(view, "device.clock_drifted")),
            Cell(disks(view), plain or _wrong_tone(view, "device.disk_failed")),
            Cell(str(count) if count else "-", plain or ("fault" if count else "muted")),
            Cell(view.firmware or _UNKNOWN, plain),
            Cell(str(len(view.channels)), plain),
            Cell(asked, "muted"),
        ),
    )


def _wrong_tone(view: DeviceView, kind: str) -> str:
    return "fault" if any(fault.kind == kind for fault in view.faults) else ""


def _identity(view: DeviceView) -> list[Fact]:
    model = " ".join(part for part in (view.maker, view.model) if part)
    found = [Fact(_("Model"), model or _("unknown")), Fact(_("Firmware"), view.firmware or _("unknown"))]
    if view.serial:
        found.append(Fact(_("Serial"), view.serial))
    return found


def clock_words(view: DeviceView) -> str:
    """How far its clock is off, how exact that is, and where it takes its time from; or why that is not known."""
    now = view.now
    if now.drift_s is None:
        return words.word(said.READINGS, now.clock)
    source = words.word(said.SOURCES, now.clock_source)
    return f"{_off_by(now.drift_s)} ± {now.within_s:.0f} s ({source})"


def _disks(view: DeviceView, situation: Situation) -> list[Fact]:
    now = view.now
    if now.storage != "ok":
        return [Fact(_("Disks"), words.word(said.READINGS, now.storage))]
    good = ("ok", "absent")
    return [
        Fact(_("Disk {name}").format(name=disk.id), disk_words(disk), "" if disk.state in good else "fault")
        for disk in now.disks
    ] or [Fact(_("Disks"), "-")]


def disk_words(disk: DiskNow) -> str:
    """The state of a disk, and its room where that is told."""
    state = words.word(said.DISKS, disk.state)
    if not disk.size_bytes or disk.free_bytes is None:
        return state
    room = _("{free} of {size} GB free").format(free=disk.free_bytes // 10**9, size=disk.size_bytes // 10**9)
    return f"{state}, {room}"


def _channels(view: DeviceView) -> list[Fact]:
    def told(value: bool | None, yes: str, no: str) -> str:
        return _UNKNOWN if value is None else yes if value else no

    return [
        Fact(
            _("Channel {n}").format(n=each.channel),
            words.clauses(
                part
                for part in (
                    say(each.name) or each.camera,
                    "" if view.own else told(each.online, _("comes"), _("does not come")),
                    _("recorded: {said}").format(said=told(each.recorded, _("yes"), _("no"))),
                )
                if part
            ),
            "fault" if each.online is False or each.recorded is False else "",
        )
        for each in view.channels
    ]


def _listening(view: DeviceView) -> str:
    return {
        "listening": _("what happens, by itself"),
        "waiting": _("nothing now: the line broke and is tried again"),
        "unsupported": _("nothing by itself"),
        "full": _("nothing: the hub listens to as many devices as it can"),
        "unknown": _("unknown"),
    }[view.now.listening]
