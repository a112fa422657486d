"""What hub.toml may say. The reference page and the JSON Schema are made from these models."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PrivateAttr, model_validator
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from hub.config.explain import ID_PATTERN
from hub.config.judging import Ignore, Sensitivity, cells_of, sensitivity_of
from hub.config.problems import Problem, did_you_mean
from hub.config.toml import EMPTY, Document
from hub.core.recordings import Stream
from hub.core.site import Area, Camera, Department, Site
from hub.core.text import Language, Text

Domain = Literal["production", "security"]
DOMAINS: tuple[Domain, ...] = ("production", "security")

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ADDRESS = re.compile(r"([^\s:]*|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_LOOPBACK = re.compile(r"127(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|localhost|\[::1\]")

Id = Annotated[
    str,
    Field(
        pattern=ID_PATTERN,
        description="Lower-case letters, digits, `-` and `_`; at most 63.",
    ),
]


def _seconds(title: str, description: str, least: float, most: float) -> FieldInfo:
    info: FieldInfo = Field(title=title, description=description, ge=least, le=most, allow_inf_nan=False)
    return info


LostAfter = Annotated[
    float, _seconds("Signal lost after", "Seconds without a packet until the signal counts as lost.", 2, 60)
]
Learn = Annotated[
    float, _seconds("Learning time", "Seconds of good picture from which the watch learns a camera's view.", 5, 3600)
]
Persist = Annotated[
    float, _seconds("Persistence", "Seconds that a picture fault must last before it is a finding.", 0.5, 600)
]
Clear = Annotated[
    float, _seconds("Clearing time", "Seconds that the picture must be good before a finding ends.", 0.5, 600)
]
PictureEvery = Annotated[
    float,
    _seconds("Picture interval", "Seconds between judged pictures; keyframes may come more seldom.", 0.2, 60),
]


class Table(BaseModel):
    """A table of the file: unknown keys are mistakes, and values have the type they are written with."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OpenTable(BaseModel):
    """A table whose other keys belong to a plugin and are checked against the plugin's own model."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    @property
    def rest(self) -> dict[str, Any]:
        """The keys that are not ours, as they were written."""
        return dict(self.__pydantic_extra__ or {})


def has_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


class Words(Table):
    """A text in both languages: `{ en = "Workshop", zh = "车间" }`, or one string where one language is enough."""

    en: str = Field(default="", title="English", description="The text in English.", max_length=2000)
    zh: str = Field(default="", title="Chinese", description="The text in Chinese (简体中文).", max_length=2000)

    @model_validator(mode="before")
    @classmethod
    def _one_string(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"zh" if has_chinese(value) else "en": value}
        if isinstance(value, dict | Words):
            return value
        raise PydanticCustomError("words", 'expected a text in quotes, or { en = "…", zh = "…" }')

    @model_validator(mode="after")
    def _not_empty(self) -> "Words":
        if not (self.en.strip() or self.zh.strip()):
            raise PydanticCustomError("no_text", "the text is empty")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler.resolve_ref_schema(handler(schema))
        text = {"type": "string", "minLength": 1, "maxLength": 2000}
        return {"anyOf": [text, {**table, "minProperties": 1}], "description": table.pop("description", "")}

    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)


def _known_timezone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        hint = did_you_mean(name, zones)
        raise PydanticCustomError(
            "timezone",
            "there is no time zone of this name",
            {"hint": hint or "Names look like 'Asia/Shanghai' or 'Europe/Berlin'."},
        )
    return name


def _loopback(address: str) -> str:
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise PydanticCustomError("address", "expected an address and a port, such as 127.0.0.1:8787")
    if not 1 <= int(match[2]) <= 65535:
        raise PydanticCustomError("address", "expected an address and a port from 1 to 65535, such as 127.0.0.1:8787")
    if not _LOOPBACK.fullmatch(match[1]):
        raise PydanticCustomError(
            "not_loopback",
            "passwords would travel in clear: the address must be of this machine itself, such as 127.0.0.1:8787",
            {"hint": "From elsewhere, use SSH, or a web server with TLS on this machine that passes requests on."},
        )
    return address


class SiteTable(Table):
    """The plant as a whole."""

    name: Words = Field(title="Name", description="Name of the plant, shown to staff and in messages.")
    timezone: Annotated[str, AfterValidator(_known_timezone)] = Field(
        title="Time zone", description="Time zone of rosters, rounds and schedules, such as `Asia/Shanghai`."
    )
    language: Language = Field(
        default="en", title="Language", description="Language of the messages that the hub sends: `en` or `zh_CN`."
    )
    data: str = Field(
        default="data",
        title="Data folder",
        description="Where the journal, accounts, evidence and references are kept; relative to hub.toml.",
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]+$",
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


class RecordingTable(Table):
    """Recordings, for all cameras. Which cameras are recorded is said with each: `recording = { stream = "main" }`."""

    folder: str = Field(
        default="recordings",
        title="Folder",
        description="Where recordings are kept; relative to the data folder, or elsewhere, such as `/srv/recordings`.",
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]+$",
    )
    segment_s: Annotated[
        float, _seconds("Segment", "Seconds after which a file is ended, at the next key frame.", 2, 3600)
    ] = 60.0
    missing_after_s: Annotated[
        float, _seconds("Missing after", "Seconds without new bytes on disk until a recording is missing.", 5, 3600)
    ] = 20.0
    keep_days: float = Field(
        default=30.0,
        title="Days to keep",
        description="Days after which recordings are deleted.",
        gt=0,
        le=3660,
        allow_inf_nan=False,
    )
    min_days: float = Field(
        default=0.0,
        title="Days to keep at least",
        description="Younger recordings are not deleted even when there is no room; that there is none is told.",
        ge=0,
        le=3660,
        allow_inf_nan=False,
    )
    max_gb: float | None = Field(
        default=None,
        title="Space",
        description="What recordings may take together, in GB (10⁹ bytes); the oldest go first.",
        gt=0,
        le=1e6,
        allow_inf_nan=False,
    )
    min_free_gb: float = Field(
        default=5.0,
        title="Room to leave",
        description="What must stay free on the volume, in GB; the oldest recordings go first. Below a quarter of it "
        "nothing is recorded any more.",
        ge=0,
        le=1e6,
        allow_inf_nan=False,
    )
    alarm_before_s: Annotated[
        float, _seconds("Before an alarm", "Seconds before an alarm that are kept with it.", 0, 3600)
    ] = 30.0
    alarm_after_s: Annotated[
        float, _seconds("After an alarm", "Seconds after an alarm that are kept with it.", 0, 3600)
    ] = 30.0
    alarm_days: float = Field(
        default=180.0,
        title="Days to keep what belongs to alarms",
        description="For so many days, what was recorded around an alarm is kept whatever the space.",
        gt=0,
        le=3660,
        allow_inf_nan=False,
    )

    @model_validator(mode="after")
    def _days_in_order(self) -> "RecordingTable":
        if self.min_days > self.keep_days:
            raise PydanticCustomError("min_days", "`min_days` is more than `keep_days`")
        return self


class CameraRecording(Table):
    """How this camera is recorded; without it, it is not."""

    stream: Stream = Field(
        title="Stream",
        description="`watched`: the stream that is watched, over the same connection; `main` or `sub`: the one that "
        "the driver knows by this name, over a connection of its own where it is another.",
    )


class DepartmentTable(Table):
    """One department of the plant."""

    id: Id = Field(title="Id", description="Name in files: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")


class AreaTable(Table):
    """One area of the plant; cameras are shown by area."""

    id: Id = Field(title="Id", description="Name in files: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    department: Id | None = Field(
        default=None, title="Department", description="Id of the department that the area belongs to (clause 2.1)."
    )


class CameraTable(OpenTable):
    """One camera. Further keys are options of its driver, such as `url`."""

    id: Id = Field(title="Id", description="Name in files and rules: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    area: Id = Field(title="Area", description="Id of the area it is in.")
    domain: Domain = Field(
        title="Domain",
        description="`production` (安全生产) or `security` (保卫): who may watch it and retrieve footage (clause 1.2).",
    )
    tags: list[Id] = Field(default=[], title="Tags", description="Free words for rules to match.", max_length=32)
    driver: Id = Field(title="Driver", description="How its stream is found: `rtsp`, or another that a plugin brings.")
    ptz: bool = Field(
        default=False,
        title="Steered",
        description="It can be turned and zoomed: its view is compared only while its driver says where it points.",
    )
    watch: CameraWatch = Field(
        CameraWatch(),
        title="Watch",
        description="Keys of `[watch]` that differ for this camera, and the parts of its view that are ignored.",
    )
    recording: CameraRecording | None = Field(
        default=None, title="Recording", description='Record the camera, such as `{ stream = "watched" }`.'
    )


class SendTable(OpenTable):
    """One recipient. Further keys are what the notifier needs, such as `to` for mail."""

    via: Id = Field(title="Notifier", description="The notifier that carries the message, brought by a plugin.")


class RouteTable(Table):
    """Who is told. Rules name a route: `{ notify = "duty" }`."""

    id: Id = Field(title="Id", description="Name that rules use.")
    name: Words = Field(title="Name", description="Name that staff use.")
    send: list[SendTable] = Field(
        title="Recipients", description="Every one of them gets each message.", min_length=1, max_length=50
    )


class PluginsTable(OpenTable):
    """Plugins. A table `[plugins.NAME]` holds the options of the notifier, or starts the service, of that name."""

    path: str | None = Field(
        default=None,
        title="Folder",
        description="A folder with plugins of your own; relative to hub.toml.",
        min_length=1,
        max_length=1000,
        pattern=r"^[^\x00]+$",
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
    departments: list[DepartmentTable] = Field(
        default=[], title="Departments", description="The plant's departments.", max_length=500
    )
    areas: list[AreaTable] = Field(default=[], title="Areas", description="The plant's areas.", max_length=2000)
    cameras: list[CameraTable] = Field(
        default=[], title="Cameras", description="The cameras to watch.", max_length=5000
    )
    routes: list[RouteTable] = Field(default=[], title="Routes", description="Who is told.", max_length=500)
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
    def plugin_folder(self) -> Path | None:
        return self._folder / self.plugins.path if self.plugins.path else None

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
            Camera(id=item.id, name=item.name.text(), area=item.area, domain=item.domain, tags=list(item.tags))
            for item in config.cameras
        ],
    )
