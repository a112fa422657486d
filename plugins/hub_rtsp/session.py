"""A camera that speaks HTTP and no vendor's language: it gives pictures, and nothing else is known of it."""

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel

from hub.api import (
    Capability,
    DeviceAccess,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceInfo,
    Flow,
    Health,
    PluginContext,
    ProtocolError,
    Reading,
    StreamOffer,
    Support,
    Unsupported,
    Vendor,
    redact,
)
from hub_rtsp.jpeg import LARGEST, first_jpeg
from hub_rtsp.options import HttpOptions

_NOT_TOLD = "it gives pictures and tells nothing else"
_IDLE_S = 15.0


class HttpSession:
    """What is asked is always a picture: whoever gives one is there, and has taken the credentials."""

    def __init__(self, access: DeviceAccess, options: HttpOptions) -> None:
        self._access = access
        self._options = options

    def describe(self) -> DeviceInfo:
        """Only the name of its web server is told, where there is one."""
        _, server = self._picture()
        return DeviceInfo(model=server or "HTTP camera", kind="camera")

    def capabilities(self) -> Mapping[Capability, Support]:
        return {"streams": "yes" if self._options.main else "no", "snapshot": "yes"}

    def health(self) -> Health:
        """That it gives a picture; raises when it does not."""
        self._picture()
        return Health(
            clock=Reading(status="unsupported", detail=_NOT_TOLD),
            volumes=Reading(status="unsupported", detail=_NOT_TOLD),
            channels=Reading(status="unsupported", detail=_NOT_TOLD),
            temperatures=Reading(status="unsupported", detail=_NOT_TOLD),
            fans=Reading(status="unsupported", detail=_NOT_TOLD),
            started_at=Reading(status="unsupported", detail=_NOT_TOLD),
        )

    def close(self) -> None:
        """The device holds nothing for us."""

    def streams(self, channel: int) -> tuple[StreamOffer, ...]:
        _only_one(channel)
        if not self._options.main:
            raise Unsupported("hub.toml names no stream of this camera.", hint="See `main`.")
        paths = [("main", self._options.main), ("sub", self._options.sub)]
        codec = "JPEG" if self._options.rtsp_port is None else ""
        return tuple(
            StreamOffer(name="main" if name == "main" else "sub", url=f"{self._place()}{path}", codec=codec)
            for name, path in paths
            if path
        )

    def _place(self) -> str:
        address, port = self._access.address, self._options.rtsp_port
        host = f"[{address.host}]" if ":" in address.host else address.host
        if port is not None:
            return f"rtsp://{host}:{port}"
        return f"{'https' if address.tls else 'http'}://{host}:{address.port}"

    def snapshot(self, channel: int) -> bytes:
        _only_one(channel)
        return self._picture()[0]

    def _picture(self) -> tuple[bytes, str]:
        """One picture, and what the web server calls itself."""
        path = self._options.snapshot or self._options.main
        with self._access.stream("GET", path, idle_s=_IDLE_S) as flow:
            error = _refusal(flow.status, path)
            if error is not None:
                raise error
            server = redact(flow.headers.get("server", "").strip())[:100]
            if flow.headers.get("content-type", "").lower().startswith("multipart/"):
                return first_jpeg(flow), server
            # A picture by itself has an end; an answer that goes on and on is no picture.
            return first_jpeg([_whole(flow)]), server


def _whole(flow: Flow) -> bytes:
    body = bytearray()
    for piece in flow:
        body += piece
        if len(body) > LARGEST:
            raise ProtocolError("The camera's picture has no end.")
    return bytes(body)


def _only_one(channel: int) -> None:
    if channel != 1:
        raise Unsupported("A camera of the driver `http` has one channel.", hint="Leave out `channel`.")


def _refusal(status: int, path: str) -> DeviceError | None:
    what = path.partition("?")[0]
    if 200 <= status < 300:
        return None
    if status == 403:
        return DeviceForbidden(f"The account may not see {what}.", hint="Give it the right to view on the camera.")
    if status in (404, 405, 410, 501):
        return Unsupported(f"The camera does not have {what}.", hint="See `main` and `snapshot`.")
    if status in (429, 503):
        return DeviceBusy(f"The camera has no time now (HTTP {status}).")
    return ProtocolError(f"The camera did not give {what} (HTTP {status}).")


def open_session(access: DeviceAccess, options: BaseModel, context: PluginContext) -> HttpSession:
    return HttpSession(access, cast(HttpOptions, options))


VENDOR = Vendor(
    name="http",
    title="Cameras with pictures over HTTP",
    port=80,
    tls_port=443,
    could=frozenset({"streams", "snapshot"}),
    options=HttpOptions,
    open=open_session,
)
