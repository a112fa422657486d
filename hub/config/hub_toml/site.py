"""What hub.toml may say. The reference page and the JSON Schema are made from these models."""

import re
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, PrivateAttr

from hub.config.hub_toml.backup import BackupTable
from hub.config.hub_toml.devices import DeviceLimitsTable, DeviceTable
from hub.config.hub_toml.judging import Ignore, Sensitivity, cells_of, sensitivity_of
from hub.config.hub_toml.people import PeopleTable
from hub.config.hub_toml.recording import CameraRecording, RecordingTable
from hub.config.hub_toml.releases import ReleasesTable, release_policy
from hub.config.hub_toml.routes import ContactTable, RouteTable
from hub.config.hub_toml.storages import StorageTable
from hub.config.hub_toml.viewing import ViewingTable
from hub.config.mistakes import mistake
from hub.config.problems import Problem, did_you_mean
from hub.config.tables import Domain, Folder, Id, OpenTable, Table, Tag, Words, seconds
from hub.config.toml import EMPTY, Document
from hub.core.saying import saying
from hub.core.site import Area, Camera, Department, Site
from hub.core.text import Language
from hub.core.tickets.policy import TicketPolicy

_ADDRESS = re.compile(r"([^\s:]*|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_LOOPBACK = re.compile(r"127(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|localhost|\[::1\]")

LostAfter = Annotated[
    float, seconds("Signal lost after", "Seconds without a packet until the signal counts as lost.", 2, 60)
]
Learn = Annotated[
    float, seconds("Learning time", "Seconds of good picture from which the watch learns a camera's view.", 5, 3600)
]
Persist = Annotated[
    float, seconds("Persistence", "Seconds that a picture fault must last before it is a finding.", 0.5, 600)
]
Clear = Annotated[
    float, seconds("Clearing time", "Seconds that the picture must be good before a finding ends.", 0.5, 600)
]
PictureEvery = Annotated[
    float,
    seconds("Picture interval", "Seconds between judged pictures; keyframes may come more seldom.", 0.2, 60),
]


def _known_timezone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        hint = did_you_mean(name, zones)
        raise mistake(
            saying("there is no time zone of this name"),
            hint or saying("Names look like 'Asia/Shanghai' or 'Europe/Berlin'."),
        )
    return name


def _loopback(address: str) -> str:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise mistake(saying("expected an address and a port, such as 127.0.0.1:8787"))
    if not 1 <= int(match[2]) <= 65535:
        raise mistake(saying("expected an address and a port from 1 to 65535, such as 127.0.0.1:8787"))
    if not _LOOPBACK.fullmatch(match[1]):
        raise mistake(
            saying(
                "passwords would travel in clear: the address must be of this machine itself, such as 127.0.0.1:8787"
            ),
            saying("From elsewhere, use SSH, or a web server with TLS on this machine that passes requests on."),
        )
    return address


def _web_address(address: str) -> str:
    if address and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~\-/]*)?", address):
        raise mistake(saying("expected an address such as https://watchroom.plant.example"))
    return address.rstrip("/")


class SiteTable(Table):
    """The plant as a whole."""

    name: Words = Field(title="Name", description="Name of the plant, shown to staff and in messages.")
    timezone: Annotated[str, AfterValidator(_known_timezone)] = Field(
        title="Time zone", description="Time zone of rosters, rounds and schedules, such as `Asia/Shanghai`."
    )
    language: Language = Field(
        default="en", title="Language", description="Language of the messages that the hub sends: `en` or `zh_CN`."
    )
    data: Folder = Field(
        default="data",
        title="Data folder",
        description="Where the journal, accounts, evidence and references are kept; relative to hub.toml.",
    )


class JournalTable(OpenTable):
    """Where the record is kept. Further keys are options of the store."""

    store: Id = Field(
        default="sqlite", title="Store", description="The store that keeps the journal, brought by a plugin."
    )


class ApiTable(Table):
    """How programs reach the hub. The unix socket in the data folder is always there."""

    tcp: Annotated[str, AfterValidator(_loopback)] | None = Field(
        default=None,
        title="TCP address",
        description="Also answer on this address of the machine itself, such as `127.0.0.1:8787`.",
        max_length=100,
    )

    address: Annotated[str, AfterValidator(_web_address)] = Field(
        default="",
        title="Address",
        description="Where people reach the hub with a browser, such as `https://watchroom.plant.example`; links in "
        "messages and reports begin with it.",
        max_length=200,
    )


class WatchLimits(Table):
    """How patient the watch is."""

    lost_after_s: LostAfter = 6.0
    learn_s: Learn = 30.0
    persist_s: Persist = 4.0
    clear_s: Clear = 3.0
    picture_every_s: PictureEvery = 2.0


class CameraWatch(Table):
    """What the watch does differently for this camera."""

    lost_after_s: LostAfter | None = None
    learn_s: Learn | None = None
    persist_s: Persist | None = None
    clear_s: Clear | None = None
    picture_every_s: PictureEvery | None = None
    sensitivity: Sensitivity = {}
    ignore: Ignore = []


class WatchTable(WatchLimits):
    """The watch, for all cameras."""

    sensitivity: Sensitivity = {}
    workers: int = Field(
        default=0,
        title="Workers",
        description="Worker processes; 0 means one for each core of the machine.",
        ge=0,
        le=64,
    )


class TicketsTable(Table):
    """Fault tickets (clause 3.3)."""

    verify_minutes: float = Field(
        default=10.0,
        title="Verified after",
        description="So many minutes picture and recording must be good without interruption before a ticket closes.",
        gt=0,
        le=1440,
    )
    reopen_days: int = Field(
        default=7,
        title="Reopened within",
        description="A fault that is there again within so many days of closing reopens its ticket.",
        ge=0,
        le=90,
    )
    assign_hours: float = Field(
        default=4.0,
        title="Assigned within",
        description="So many hours after it was reported somebody must be named to repair a fault.",
        gt=0,
        le=720,
    )


class DepartmentTable(Table):
    """One department of the plant."""

    id: Id = Field(title="Id", description="Name in files: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    leader: str | None = Field(
        default=None,
        title="Leader",
        description="Account of its leader, for `department-leader` in rules; with `[[contacts]]` of that account.",
        max_length=32,
    )


class AreaTable(Table):
    """One area of the plant; cameras are shown by area."""

    id: Id = Field(title="Id", description="Name in files: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    department: Id | None = Field(
        default=None, title="Department", description="Id of the department that the area belongs to (clause 2.1)."
    )


class CameraTable(OpenTable):
    """One camera. Further keys are its driver's: `url`, say, or `device` and `channel`, or those of `[[devices]]`."""

    id: Id = Field(title="Id", description="Name in files and rules: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    area: Id = Field(title="Area", description="Id of the area it is in.")
    domain: Domain = Field(
        title="Domain",
        description="`production` (安全生产) or `security` (保卫): who may watch it and retrieve footage (clause 1.2).",
    )
    tags: list[Tag] = Field(
        default=[],
        title="Tags",
        description="Free words for rules to match; `switch:sw-3` and the like say what the camera hangs on.",
        max_length=32,
    )
    driver: Id = Field(title="Driver", description="How its stream is found: `rtsp`, or another that a plugin brings.")
    ptz: bool = Field(
        default=False,
        title="Steered",
        description="It can be turned and zoomed: its view is compared only while its driver says where it points.",
    )
    home: str = Field(
        default="",
        title="Home preset",
        description="The preset, kept in the camera, at which a steered camera stands when nobody steers it. Where it "
        "stands elsewhere, that is found; one key sends it back.",
        max_length=100,
    )
    watch: CameraWatch = Field(
        CameraWatch(),
        title="Watch",
        description="Keys of `[watch]` that differ for this camera, and the parts of its view that are ignored.",
    )
    recording: CameraRecording | None = Field(
        default=None, title="Recording", description='Record the camera, such as `{ stream = "watched" }`.'
    )


class PluginsTable(OpenTable):
    """Plugins. A table `[plugins.NAME]` holds the options of the notifier, or starts the service, of that name."""

    path: Folder | None = Field(
        default=None,
        title="Folder",
        description="A folder with plugins of your own; relative to hub.toml.",
    )
    disabled: list[Id] = Field(
        default=[], title="Disabled", description="Ids of plugins that are not to be loaded.", max_length=200
    )

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """The tables `[plugins.NAME]` as they were written."""
        return {name: table for name, table in self.rest.items() if isinstance(table, dict)}


class SiteConfig(Table):
    """Everything that hub.toml says, checked as far as it can be without the plugins."""

    site: SiteTable = Field(title="Site", description="The plant as a whole.")
    journal: JournalTable = Field(
        default_factory=JournalTable, title="Journal", description="Where the record is kept."
    )
    api: ApiTable = Field(default_factory=ApiTable, title="API", description="How programs reach the hub.")
    watch: WatchTable = Field(default_factory=WatchTable, title="Watch", description="The watch, for all cameras.")
    recording: RecordingTable = Field(
        default_factory=RecordingTable, title="Recording", description="Recordings, for all cameras."
    )
    backup: BackupTable | None = Field(default=None, title="Backup", description="Copies of the site, made once a day.")
    viewing: ViewingTable = Field(
        default_factory=ViewingTable, title="Viewing", description="Looking at recordings and live pictures."
    )
    storages: list[StorageTable] = Field(
        default=[], title="Storages", description="Where recordings are moved to.", max_length=20
    )
    tickets: TicketsTable = Field(default_factory=TicketsTable, title="Tickets", description="Fault tickets.")
    releases: ReleasesTable = Field(
        default_factory=ReleasesTable, title="Releases", description="Releases of recordings."
    )
    people: PeopleTable = Field(
        default_factory=PeopleTable, title="People", description="Passwords and screens, for everybody."
    )
    device_limits: DeviceLimitsTable = Field(
        default_factory=DeviceLimitsTable,
        title="Device limits",
        description="From when on something about a device is a fault.",
    )
    departments: list[DepartmentTable] = Field(
        default=[], title="Departments", description="The plant's departments.", max_length=500
    )
    areas: list[AreaTable] = Field(default=[], title="Areas", description="The plant's areas.", max_length=2000)
    devices: list[DeviceTable] = Field(
        default=[], title="Devices", description="Recorders and other devices with several channels.", max_length=1000
    )
    cameras: list[CameraTable] = Field(
        default=[], title="Cameras", description="The cameras to watch.", max_length=5000
    )
    routes: list[RouteTable] = Field(default=[], title="Routes", description="Who is told.", max_length=500)
    contacts: list[ContactTable] = Field(
        default=[], title="Contacts", description="How people are reached.", max_length=1000
    )
    plugins: PluginsTable = Field(
        default_factory=PluginsTable, title="Plugins", description="Plugins and their options."
    )

    _folder: Path = PrivateAttr(default=Path())
    _document: Document = PrivateAttr(default=EMPTY)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def folder(self) -> Path:
        """The site's folder."""
        return self._folder

    @property
    def data_folder(self) -> Path:
        return self._folder / self.site.data

    @property
    def recording_folder(self) -> Path:
        return self.data_folder / self.recording.folder

    @property
    def document(self) -> Document:
        """The file it was read from, for the positions of problems."""
        return self._document

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What does not keep the file from being used and should be looked at."""
        return self._warnings

    def placed(self, folder: Path, document: Document, warnings: tuple[Problem, ...] = ()) -> "SiteConfig":
        """The same, knowing where it came from."""
        copy = self.model_copy()
        copy._folder, copy._document, copy._warnings = folder, document, warnings
        return copy

    def limits_of(self, camera: CameraTable) -> WatchLimits:
        """The watch's limits for one camera: its own, and for the rest those of `[watch]`."""
        limits = set(WatchLimits.model_fields)
        own = camera.watch.model_dump(include=limits, exclude_none=True)
        return WatchLimits(**(self.watch.model_dump(include=limits) | own))

    def sensitivity_of(self, camera: CameraTable) -> dict[str, float]:
        """By kind of finding, as `hub.vision.limits.Limits.sensitivity`: what is not there is as usual."""
        return sensitivity_of(self.watch.sensitivity, camera.watch.sensitivity)

    def ignored_of(self, camera: CameraTable) -> list[int]:
        """The cells of the camera's view that are not judged, packed as in `hub.core.findings.Finding.cells`."""
        return cells_of(camera.watch.ignore)


def core_site(config: SiteConfig) -> Site:
    """The site as the core knows it: no addresses, no secrets."""
    return Site(
        name=config.site.name.text(),
        departments=[Department(id=item.id, name=item.name.text()) for item in config.departments],
        areas=[Area(id=item.id, name=item.name.text(), department=item.department or "") for item in config.areas],
        cameras=[
            Camera(
                id=item.id,
                name=item.name.text(),
                area=item.area,
                domain=item.domain,
                tags=list(item.tags),
                home=item.home,
            )
            for item in config.cameras
        ],
        tickets=TicketPolicy(**config.tickets.model_dump()),
        releases=release_policy(config.releases),
    )
