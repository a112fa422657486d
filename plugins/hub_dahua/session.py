"""One Dahua device: what the hub asks of it, each as a few questions of the CGI."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from hub.api import (
    Capability,
    Channel,
    DeviceAccess,
    DeviceClock,
    DeviceError,
    DeviceEvent,
    DeviceForbidden,
    DeviceInfo,
    DeviceRecording,
    DeviceRejected,
    DeviceUser,
    Export,
    Health,
    ProtocolError,
    PtzPosition,
    PtzPreset,
    StreamOffer,
    Support,
    Unsupported,
    Weakness,
)
from hub_dahua.cgi import Cgi
from hub_dahua.footage import Finders, export, search
from hub_dahua.health import read_clock, read_health
from hub_dahua.layout import read_channels, read_info, read_system, read_zone
from hub_dahua.listening import listen
from hub_dahua.options import DahuaOptions
from hub_dahua.parse_audit import NAMES, parse_weaknesses
from hub_dahua.parse_clock import to_local
from hub_dahua.parse_device import parse_rtsp_port, parse_streams, parse_users
from hub_dahua.parse_ptz import (
    PtzAbilities,
    find_preset,
    goto_query,
    move_query,
    parse_abilities,
    parse_position,
    parse_presets,
)
from hub_dahua.parse_settings import SECTIONS, change_queries, joined, parse_settings, sections_of
from hub_dahua.probing import probe

_DEFAULT_RTSP_PORT = 554
_LARGEST_PICTURE = 16 * 1024 * 1024


class DahuaSession:
    """A camera or a recorder. Holds nothing of the device but finders of a search that could not be given back."""

    def __init__(self, access: DeviceAccess, options: DahuaOptions) -> None:
        self._access = access
        self._options = options
        self._cgi = Cgi(access)
        self._finders = Finders(self._cgi)
        self._abilities: dict[int, PtzAbilities] = {}

    def describe(self) -> DeviceInfo:
        self._abilities.clear()
        return read_info(self._cgi)

    def capabilities(self) -> Mapping[Capability, Support]:
        return probe(self._cgi, self._finders)

    def health(self) -> Health:
        return read_health(self._cgi)

    def close(self) -> None:
        self._finders.give_back()

    def channels(self) -> tuple[Channel, ...]:
        return read_channels(self._cgi)

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        encode = self._cgi.optional_config("Encode")
        if not encode:
            read_system(self._cgi)  # Without the settings the usual streams are offered, of a device that answers.
        return parse_streams(encode, channel, self._access.address.host, self._rtsp_port())

    def snapshot(self, channel: int) -> bytes:
        picture = self._cgi.body(f"snapshot.cgi?channel={channel}", "a picture", limit=_LARGEST_PICTURE)
        if not picture.startswith(b"\xff\xd8") or b"\xff\xd9" not in picture[-64:]:
            raise ProtocolError("The device's picture is not a whole JPEG.")
        return picture

    def events(self) -> Iterator[DeviceEvent | None]:
        return listen(self._cgi)

    def position(self, channel: int) -> PtzPosition:
        abilities = self._ptz(channel)
        return parse_position(
            self._cgi.table(f"ptz.cgi?action=getStatus&channel={channel}", "where the camera points"), abilities
        )

    def presets(self, channel: int) -> tuple[PtzPreset, ...]:
        self._ptz(channel)
        return parse_presets(self._cgi.table(f"ptz.cgi?action=getPresets&channel={channel}", "its presets"))

    def go_to(self, channel: int, preset: str) -> None:
        wanted = find_preset(self.presets(channel), preset)
        self._cgi.write(f"ptz.cgi?{goto_query(channel, wanted)}", "the order to turn")

    def move_to(self, channel: int, position: PtzPosition) -> None:
        query = move_query(channel, position)
        self._ptz(channel)
        self._cgi.order(f"ptz.cgi?{query}", "the order to turn")

    def clock(self) -> DeviceClock:
        self._cgi.renew()
        return read_clock(self._cgi)

    def set_clock(self, at: datetime) -> None:
        if self.clock().source != "manual":
            raise DeviceRejected(
                "The device takes its time from an NTP server, or does not say from where.",
                hint="Correct that server, or the device's setting NTP.",
            )
        # The device takes whole seconds.
        local = to_local(at + timedelta(seconds=0.5), read_zone(self._cgi)).strftime("%Y-%m-%d%%20%H:%M:%S")
        self._cgi.write(f"global.cgi?action=setCurrentTime&time={local}", "the new time")

    def search(self, channel: int, start_at: datetime, end_at: datetime) -> Iterator[DeviceRecording]:
        return search(self._cgi, self._finders, channel, start_at, end_at)

    def export(self, recording: DeviceRecording, write: Callable[[bytes], object]) -> Export:
        return export(self._cgi, recording, write)

    def settings(self) -> Mapping[str, str]:
        sections: dict[str, Mapping[str, str]] = {}
        refused: DeviceError = Unsupported("The device tells none of its settings.")
        for section in SECTIONS:
            try:
                sections[section] = parse_settings(section, self._cgi.config(section))
            except Unsupported:
                continue  # Firmware differs in what it has.
            except DeviceForbidden as error:
                refused = error
        if not any(sections.values()):
            raise refused
        return joined(sections)

    def apply(self, changes: Mapping[str, str]) -> None:
        present: dict[str, str] = {}
        for section in sections_of(changes):
            present |= parse_settings(section, self._cgi.config(section))
        for query in change_queries(changes, present):
            self._cgi.write(f"configManager.cgi?{query}", "the new settings")
        self._cgi.renew()

    def users(self) -> tuple[DeviceUser, ...]:
        return parse_users(self._cgi.table("userManager.cgi?action=getUserInfoAll", "its accounts"))

    def audit(self) -> tuple[Weakness, ...]:
        tables = {name: table for name in NAMES if (table := self._cgi.optional_config(name))}
        if not tables:
            raise DeviceForbidden(
                "The device tells this account none of its settings.",
                hint="Give the account the right to read the settings.",
            )
        return parse_weaknesses(tables, self._users_if_told(), self._numbers_if_told())

    def reboot(self) -> None:
        self._cgi.order("magicBox.cgi?action=reboot", "the restart")

    def _rtsp_port(self) -> int:
        if self._options.rtsp_port is not None:
            return self._options.rtsp_port
        table = self._cgi.optional_config("RTSP")
        return parse_rtsp_port(table) if table else _DEFAULT_RTSP_PORT

    def _ptz(self, channel: int) -> PtzAbilities:
        if channel not in self._abilities:
            table = self._cgi.known(f"ptz.cgi?action=getCurrentProtocolCaps&channel={channel}", "how it is steered")
            self._abilities[channel] = parse_abilities(table)
        return self._abilities[channel]

    def _users_if_told(self) -> tuple[DeviceUser, ...]:
        try:
            return self.users()
        except (Unsupported, DeviceForbidden, ProtocolError):
            return ()

    def _numbers_if_told(self) -> frozenset[int]:
        try:
            return frozenset(channel.number for channel in self.channels())
        except (Unsupported, DeviceForbidden, ProtocolError):
            return frozenset()
