"""Devices that answered a search as rows, and what one of them says of itself."""

import re
from collections.abc import Sequence

from hub.client.discovery import ChannelView, FoundView, ProbeView, SearchView
from hub.locale import N_, _
from hub.tui import words
from hub.tui.refusals import translated
from hub.tui.rows.row import Cell, Column, Fact, Row

_STATES = {
    "searching": N_("searching"),
    "done": N_("ended"),
    "failed": N_("went wrong"),
    "late": N_("does not end"),
}
_FIELDS = {
    "address": N_("address"),
    "port": N_("port"),
    "maker": N_("made by"),
    "model": N_("model"),
    "serial": N_("serial"),
    "mac": N_("MAC"),
    "name": N_("Its name"),
    "firmware": N_("firmware"),
    "activated": N_("activated"),
}
_PARTS = {
    "capabilities": N_("What it can do"),
    "channels": N_("Channels"),
    "streams of channel": N_("Streams of channel {n}"),
    "picture of channel": N_("Picture of channel {n}"),
    "steering of channel": N_("Steering of channel {n}"),
}
_PROBLEM = re.compile(rf"(?P<part>{'|'.join(_PARTS)})(?: (?P<n>\d+))?: (?P<why>.+)", re.DOTALL)
_CAPABILITIES = {
    "streams": N_("streams"),
    "snapshot": N_("pictures"),
    "events": N_("events"),
    "ptz": N_("steering"),
    "clock": N_("clock"),
    "storage": N_("disks"),
    "recordings": N_("recordings"),
    "export": N_("export"),
    "settings": N_("settings"),
    "restore": N_("restoring settings"),
    "users": N_("accounts"),
    "channels": N_("channels"),
    "temperature": N_("temperature"),
    "audit": N_("audit"),
    "reboot": N_("restart"),
}


def columns() -> list[Column]:
    return [
        Column("address", _("Address"), 21),
        Column("known", _("In hub.toml"), 12),
        Column("model", _("Model"), 12, flex=2),
        Column("name", _("Its name"), 10, flex=2),
        Column("maker", _("Maker"), 10, flex=1, from_width=100),
        Column("mac", _("MAC"), 17, from_width=120),
        Column("by", _("Heard by"), 12, flex=1, from_width=90),
    ]


def key_of(device: FoundView) -> str:
    return f"{device.mac}|{device.serial}|{device.address}|{device.port}"


def rows(devices: Sequence[FoundView]) -> list[Row]:
    return [
        Row(
            key_of(device),
            (
                Cell(place_of(device), "fault" if doubts(device) else ""),
                Cell(device.known_as or _("new"), "muted" if device.known_as else "good"),
                Cell(device.model or device.driver),
                Cell(device.name),
                Cell(device.maker, "muted"),
                Cell(device.mac, "muted"),
                Cell(", ".join(device.by), "muted"),
            ),
        )
        for device in devices
    ]


def place_of(device: FoundView) -> str:
    return f"{device.address}:{device.port}" if device.port else device.address


def progress(view: SearchView | None, width: int = 24) -> Fact:
    """How far the search is: a bar, and what each way to search has found."""
    if view is None or not view.progress:
        return Fact("", _("Nothing was searched yet."), "muted")
    ways = "  ".join(f"{each.by} {_(_STATES[each.state])} {each.found}" for each in view.progress)
    if not view.running:
        return Fact("", "  ".join((_("The search has ended."), ways)), "muted")
    share = 1 - view.left_s / view.seconds if view.seconds else 1.0
    filled = max(0, min(width, round(share * width)))
    return Fact("", f"{'█' * filled}{'░' * (width - filled)} {view.left_s:.0f} s  {ways}", "strong")


def doubts(device: FoundView) -> list[str]:
    """What speaks against believing it."""
    said = []
    if device.activated is False:
        said.append(_("It has no password yet: anybody can take it over."))
    if device.shared:
        what = ", ".join(_(_FIELDS[word]) for word in device.shared if word in _FIELDS)
        said.append(_("Another device claims to have the same {what}.").format(what=what))
    for field in dict.fromkeys(claim.field for claim in device.differing):
        if field in ("address", "mac", "serial"):
            claims = [f"{each.value} ({', '.join(each.by)})" for each in device.differing if each.field == field]
            said.append(
                _("The answers differ in {what}: {claims}.").format(what=_(_FIELDS[field]), claims=", ".join(claims))
            )
    return said


def facts(device: FoundView) -> list[Fact]:
    """What is claimed of a device; nobody has proven any of it."""
    said = [
        Fact(_("Device"), " ".join(part for part in (device.maker, device.model, device.name) if part)),
        Fact(_("Serial"), "  ".join(part for part in (device.serial, device.mac, device.firmware) if part), "muted"),
        Fact(_("Driver"), device.driver or _("none of the hub's fits")),
    ]
    return [*(Fact("", doubt, "fault") for doubt in doubts(device)), *(fact for fact in said if fact.text)]


def probe_facts(probed: ProbeView) -> list[Fact]:
    """What a device answered when it was asked with its credentials."""
    can = [_(_CAPABILITIES.get(name, name)) for name, support in probed.capabilities.items() if support == "yes"]
    unknown = [
        _(_CAPABILITIES.get(name, name)) for name, support in probed.capabilities.items() if support == "unknown"
    ]
    said = [
        Fact(_("Device"), " ".join(part for part in (probed.maker, probed.model, probed.name) if part), "strong"),
        Fact(_("Serial"), "  ".join(part for part in (probed.serial, probed.mac, probed.firmware) if part)),
        Fact(_("It can"), words.listed(can)),
        Fact(_("Not known"), words.listed(unknown), "muted"),
        *(Fact(_("Channel {n}").format(n=each.number), channel_line(each)) for each in probed.channels[:32]),
        *(Fact("", problem_words(problem), "fault") for problem in probed.problems),
    ]
    if probed.known_as:
        known = _("hub.toml has {id} at this address already.").format(id=probed.known_as)
        said.insert(0, Fact("", known, "fault"))
    return [fact for fact in said if fact.text]


def problem_words(problem: str) -> str:
    """What of a device could not be found out, and why, as `hub.discovery.probing` says it."""
    found = _PROBLEM.fullmatch(problem)
    if found is None:
        return translated(problem)
    return words.about(_(_PARTS[found["part"]]).format(n=found["n"] or ""), translated(found["why"]))


def channel_line(channel: ChannelView) -> str:
    state = {True: "", False: _("delivers nothing"), None: ""}[channel.online]
    streams = ", ".join(
        f"{each.codec} {each.width}x{each.height}".strip() if each.width else each.codec for each in channel.streams
    )
    steered = _("steering") if channel.steered else ""
    return "  ".join(part for part in (channel.name, state, streams, steered) if part)
