"""A vendor made up for tests: JSON over HTTP. Dropped into a site's plugin folder as it stands."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from hub.api import (
    Address,
    Capability,
    Channel,
    DeviceAccess,
    DeviceClock,
    DeviceEvent,
    DeviceInfo,
    DeviceUnreachable,
    Health,
    PluginContext,
    ProtocolError,
    Reading,
    RegisterVendor,
    StreamOffer,
    Support,
    Unsupported,
    Vendor,
    Volume,
    Weakness,
    hookimpl,
)

EVERYTHING: tuple[Capability, ...] = ("streams", "events", "clock", "storage", "channels", "audit", "reboot", "ptz")


class AcmeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str = "default"


class AcmeSession:
    def __init__(self, access: DeviceAccess, options: AcmeOptions) -> None:
        self._access = access
        self._options = options

    def _ask(self, path: str, method: str = "GET", body: bytes = b"") -> dict[str, Any]:
        answer = self._access.request(method, path, body=body)
        if answer.status != 200:
            raise ProtocolError(f"The device answered {answer.status}.")
        try:
            found = json.loads(answer.body)
        except ValueError:
            raise ProtocolError("The device did not answer in JSON.") from None
        if not isinstance(found, dict):
            raise ProtocolError("The device did not answer with an object.")
        return found

    def describe(self) -> DeviceInfo:
        said = self._ask("/info")
        return DeviceInfo(maker="Acme", model=said["model"], serial=said["serial"], firmware=said["firmware"])

    def capabilities(self) -> Mapping[Capability, Support]:
        return dict.fromkeys(EVERYTHING, "yes")

    def health(self) -> Health:
        said = self._ask("/health")
        return Health(
            clock=Reading(status="ok", value=self._clock(said)) if "clock" in said else Reading(),
            volumes=Reading(status="ok", value=tuple(Volume(id=k, state=v) for k, v in said["disks"].items())),
            channels=Reading(
                status="ok", value=tuple(Channel(number=int(k), online=v) for k, v in said["channels"].items())
            ),
        )

    def _clock(self, said: dict[str, Any]) -> DeviceClock:
        return DeviceClock(
            at=datetime.fromisoformat(said["clock"]), asked_at=datetime.fromisoformat(said["asked"]), source="manual"
        )

    def clock(self) -> DeviceClock:
        return self._clock(self._ask("/health"))

    def set_clock(self, at: datetime) -> None:
        self._ask("/clock", "POST", at.isoformat().encode())

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        said = self._ask(f"/streams/{channel}")
        return tuple(StreamOffer(name=name, url=url) for name, url in said.items())  # type: ignore[arg-type]

    def snapshot(self, channel: int) -> bytes:
        raise Unsupported("There are no pictures.")

    def audit(self) -> tuple[Weakness, ...]:
        return (Weakness(kind="event-off", what="tamper"),)

    def reboot(self) -> None:
        self._ask("/reboot", "POST")

    def events(self) -> Iterator[DeviceEvent | None]:
        with self._access.stream("GET", "/events") as flow:
            if flow.status != 200:
                raise DeviceUnreachable(f"The device answered {flow.status}.")
            rest = b""
            for piece in flow:
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    said = json.loads(line)
                    yield None if said is None else DeviceEvent(**said)

    def close(self) -> None:
        pass


def open_session(access: DeviceAccess, options: AcmeOptions, context: PluginContext) -> AcmeSession:
    assert isinstance(access.address, Address)
    return AcmeSession(access, options)


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    register(
        Vendor(
            name="acme",
            title="Acme",
            port=80,
            could=frozenset(EVERYTHING),
            options=AcmeOptions,
            open=open_session,  # type: ignore[arg-type]
        )
    )
