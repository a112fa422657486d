"""Asks for the channels, streams and pictures of a device."""

from hub.api import (
    DeviceAccess,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    ProtocolError,
    StreamOffer,
    Unsupported,
)
from hub_onvif.addresses import picture_path, stream_url
from hub_onvif.client import Client, read_answer
from hub_onvif.media import Layout, Profile, build_layout, choose_streams, parse_profiles, parse_sources, parse_uri
from hub_onvif.media2 import build_media2
from hub_onvif.tree import body_head

_LARGEST_PICTURE = 8 * 1024 * 1024
_JPEG = b"\xff\xd8\xff"


def read_layout(client: Client) -> Layout:
    """The channels. By media2 where the device has it, since some show their H.265 streams there only."""
    sources: tuple[str, ...] = ()
    if client.has("media"):
        try:
            sources = parse_sources(client.call("media", "GetVideoSources"))
        except (Unsupported, DeviceRejected, DeviceForbidden, ProtocolError):
            sources = ()  # the profiles name them as well, though in an order of their own
    if client.has("media2"):
        try:
            answer = client.send(client.path("media2"), build_media2("GetProfiles", Type="All"))
            return build_layout(parse_profiles(answer), sources, "media2")
        except (Unsupported, DeviceRejected, ProtocolError):
            if not client.has("media"):
                raise
    return build_layout(parse_profiles(client.call("media", "GetProfiles")), sources, "media")


def read_streams(
    client: Client, layout: Layout, channel: int, host: str, rtsp_port: int | None
) -> tuple[StreamOffer, ...]:
    """The streams of a channel at `host`, main first."""
    return tuple(
        StreamOffer(
            name=name,
            url=stream_url(_stream_uri(client, layout, profile), host, rtsp_port),
            codec=profile.codec,
            width=profile.width,
            height=profile.height,
            fps=profile.fps,
        )
        for name, profile in choose_streams(layout.of(channel))
    )


def _stream_uri(client: Client, layout: Layout, profile: Profile) -> str:
    if layout.service == "media2":
        request = build_media2("GetStreamUri", Protocol="RTSP", ProfileToken=profile.token)
        return parse_uri(client.send(client.path("media2"), request))
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    return parse_uri(client.call("media", "GetStreamUri", StreamSetup=setup, ProfileToken=profile.token))


def snapshot_path(client: Client, layout: Layout, channel: int) -> str:
    """Where the channel's picture is on the device, without the credentials that some devices write into it."""
    profile = choose_streams(layout.of(channel))[0][1]
    if layout.service == "media2":
        request = build_media2("GetSnapshotUri", ProfileToken=profile.token)
        return picture_path(parse_uri(client.send(client.path("media2"), request)))
    return picture_path(parse_uri(client.call("media", "GetSnapshotUri", ProfileToken=profile.token)))


def read_picture(access: DeviceAccess, path: str) -> bytes:
    """The JPEG at `path`."""
    answer = access.request("GET", path, limit=_LARGEST_PICTURE)
    if not 200 <= answer.status < 300:
        raise _no_picture(access, answer.status, answer.body)
    if not answer.body.startswith(_JPEG):
        raise ProtocolError(f"The device's picture is no JPEG. It begins with: {body_head(answer.body)}")
    return answer.body


def _no_picture(access: DeviceAccess, status: int, body: bytes) -> Exception:
    try:
        fault = read_answer(status, body, "the picture")
    except DeviceError as error:
        return error
    return access.refused(f"the picture, HTTP {status}") if status == 401 else ProtocolError(f"No picture: {fault}")
