"""What hub.toml says of devices: recorders, and cameras that are asked how they are, not only watched."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.config.mistakes import mistake
from hub.config.tables import Folder, Id, OpenTable, Table, Words, seconds
from hub.core.devices.look import Limits
from hub.core.saying import saying
from hub.secret import Secret

Allowed = Literal["preset", "clock", "settings", "reboot", "password"]


class DeviceLimitsTable(Table):
    """From when on something about a device is a fault, and how often its settings are compared."""

    drift_s: Annotated[
        float, seconds("Drift", "Seconds that a device's clock may be wrong before it is a fault.", 1, 3600)
    ] = 5.0
    hot_c: float = Field(
        default=75.0,
        title="Too hot",
        description="Degrees Celsius inside a device from which on it is too hot.",
        ge=30,
        le=150,
        allow_inf_nan=False,
    )
    certificate_days: int = Field(
        default=30,
        title="Certificate",
        description="A certificate that ends within so many days is a fault.",
        ge=1,
        le=365,
    )
    settings_every_s: Annotated[
        float, seconds("Settings", "Seconds between two looks at the settings of a device.", 60, 86400)
    ] = 3600.0

    def limits(self) -> Limits:
        """As the core knows them."""
        return Limits(drift_s=self.drift_s, hot_c=self.hot_c, certificate_days=self.certificate_days)


class NamedDevice(OpenTable):
    """What a device is called, and of which kind it is."""

    id: Id = Field(title="Id", description="Name in files and rules: lower-case letters, digits, `-` and `_`.")
    name: Words = Field(title="Name", description="Name that staff use.")
    driver: Id = Field(title="Driver", description="Of which make it is, or which protocol it speaks: `onvif` …")


class Connection(OpenTable):
    """Where a device is, how to sign in, and what the hub may do to it. Further keys are options of its driver."""

    host: str = Field(
        title="Address",
        description="Its IP address or name.",
        pattern=r"^[A-Za-z0-9.:_%\-]+$",
        min_length=1,
        max_length=253,
    )
    port: int | None = Field(
        default=None, title="Port", description="Where it listens; the driver knows the usual one.", ge=1, le=65535
    )
    tls: bool = Field(
        default=False, title="TLS", description="Speak to it over TLS only; with a certificate that is checked."
    )
    tls_fingerprint: str | None = Field(
        default=None,
        title="Fingerprint",
        description="The SHA-256 of its own certificate (64 hexadecimal digits, with or without colons): this one is "
        "trusted and no other.",
        pattern=r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$",
    )
    ca_file: Folder | None = Field(
        default=None,
        title="Authority",
        description="A PEM file with the authority that signed its certificate; relative to the site's folder.",
    )
    user: str | None = Field(
        default=None, title="User", description="The account the hub signs in with.", min_length=1, max_length=100
    )
    password: Secret | None = Field(default=None, title="Password", description="Its password, by reference.")
    allow: list[Allowed] = Field(
        default=["preset"],
        title="Allowed",
        description="What the hub may write to it: `preset`, `clock`, `settings`, `reboot`, `password`.",
        max_length=5,
    )
    poll_s: Annotated[float, seconds("Asked every", "Seconds between two looks at how it is.", 10, 3600)] = 30.0

    @model_validator(mode="after")
    def _one_way_to_trust(self) -> "Connection":
        if self.tls_fingerprint is not None and self.ca_file is not None:
            raise mistake(saying("give `tls_fingerprint` or `ca_file`, not both"))
        if not self.tls and (self.tls_fingerprint or self.ca_file):
            raise mistake(saying("a certificate is checked only with `tls = true`"))
        return self


class DeviceTable(Connection, NamedDevice):
    """One device with several channels, such as a recorder. Further keys are options of its driver."""


StreamName = Literal["main", "sub"]

_CHANNEL = Field(
    default=1,
    title="Channel",
    description="Which of the device's channels the camera is, counted from 1.",
    ge=1,
    le=4096,
)
_STREAM = Field(
    default=None, title="Stream", description="Which stream is watched; without it the sub stream, if there is one."
)


class CameraOfDevice(Table):
    """Which channel of a device in `[[devices]]` a camera is."""

    device: Id = Field(title="Device", description="Id of the device.")
    channel: int = _CHANNEL
    stream: StreamName | None = _STREAM


class CameraAsDevice(Connection):
    """A camera that is a device by itself."""

    channel: int = _CHANNEL
    stream: StreamName | None = _STREAM
