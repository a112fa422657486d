"""Profiles of a device, and which streams its channels have. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hub.api import DeviceRejected, ProtocolError, Unsupported
from hub_onvif.tree import Element, children, find, number, text, whole

MOST_PROFILES = 2048

_NAMES: tuple[Literal["main", "sub", "third"], ...] = ("main", "sub", "third")


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One profile that has an encoder. Tokens are the device's; they are sent back as they came."""

    token: str
    name: str
    source: str
    """Token of the video source."""
    source_configuration: str
    source_name: str
    encoder: str
    """Token of the encoder's configuration."""
    codec: str
    width: int | None
    height: int | None
    fps: float | None
    ptz: str
    """Token of the PTZ configuration; empty: none."""
    analytics: str

    @property
    def area(self) -> int:
        return (self.width or 0) * (self.height or 0)


def parse_profiles(answer: Element) -> tuple[Profile, ...]:
    """Those with a video source and an encoder, from GetProfilesResponse of media or media2.

    Raises `ProtocolError` where there is none: a device without a stream, or one whose answer was not understood.
    """
    found = [_parse_profile(each) for each in list(children(answer, "Profiles"))[:MOST_PROFILES]]
    usable = tuple(profile for profile in found if profile is not None)
    if not usable:
        raise ProtocolError(
            f"The device tells of {len(found)} profiles, and none of them has a picture and an encoder.",
            hint="Look on the device's own page whether ONVIF streams are set up.",
        )
    return usable


def _parse_profile(profile: Element) -> Profile | None:
    configurations = find(profile, "Configurations")
    if configurations is not None:
        source, encoder = find(configurations, "VideoSource"), find(configurations, "VideoEncoder")
        ptz, analytics = find(configurations, "PTZ"), find(configurations, "Analytics")
    else:
        source, encoder = find(profile, "VideoSourceConfiguration"), find(profile, "VideoEncoderConfiguration")
        ptz, analytics = find(profile, "PTZConfiguration"), find(profile, "VideoAnalyticsConfiguration")
    token, source_token = profile.get("token", "")[:200], text(source, "SourceToken", limit=200)
    if not token or source is None or encoder is None:
        return None
    return Profile(
        token=token,
        name=text(profile, "Name", limit=200),
        source=source_token or source.get("token", "")[:200],
        source_configuration=source.get("token", "")[:200],
        source_name=text(source, "Name", limit=200),
        encoder=encoder.get("token", "")[:200],
        codec=_codec(text(encoder, "Encoding", limit=40)),
        width=whole(encoder, "Resolution", "Width"),
        height=whole(encoder, "Resolution", "Height"),
        fps=number(encoder, "RateControl", "FrameRateLimit"),
        ptz=ptz.get("token", "")[:200] if ptz is not None else "",
        analytics=analytics.get("token", "")[:200] if analytics is not None else "",
    )


def _codec(told: str) -> str:
    """`video/H265`, `HEVC` and `h265` are all H265."""
    word = told.rpartition("/")[2].upper().replace(".", "")
    return {"HEVC": "H265", "AVC": "H264", "MPEG4": "MPEG4", "JPG": "JPEG", "MJPEG": "JPEG"}.get(word, word)


def parse_sources(answer: Element) -> tuple[str, ...]:
    """The tokens of the video sources in the device's order, from GetVideoSourcesResponse."""
    return tuple(token[:200] for each in children(answer, "VideoSources") if (token := each.get("token", "")))[:1024]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A device's channels: the profiles of each, by number from 1."""

    channels: tuple[tuple[Profile, ...], ...]
    service: Literal["media", "media2"]

    def of(self, channel: int) -> tuple[Profile, ...]:
        """The profiles of one channel. Raises `DeviceRejected` where the device has no such channel,
        `Unsupported` where that has no stream."""
        if not 1 <= channel <= len(self.channels):
            raise DeviceRejected(
                f"The device has {len(self.channels)} channels, and no channel {channel}.",
                hint="Channels are counted from 1 in the order of the device's video sources.",
            )
        if not self.channels[channel - 1]:
            raise Unsupported(f"Channel {channel} of the device has no profile with a picture and an encoder.")
        return self.channels[channel - 1]

    def number(self, token: str) -> int | None:
        """The channel that a token of a source, configuration, or profile belongs to; None where it is not known."""
        for index, profiles in enumerate(self.channels, start=1):
            for each in profiles:
                if token in (each.source, each.source_configuration, each.token, each.encoder, each.analytics):
                    return index
        return 1 if len(self.channels) == 1 else None


def build_layout(
    profiles: Sequence[Profile], sources: Iterable[str], service: Literal["media", "media2"] = "media"
) -> Layout:
    """Channels in the order of `sources`; those that only profiles name come after them.

    A source without a profile keeps its number, so that the others keep theirs. Sources that no profile names at all
    are another kind of token, as some devices mix them up, and count for nothing.
    """
    named = {profile.source for profile in profiles}
    ordered = tuple(sources)
    by_source: dict[str, list[Profile]] = {source: [] for source in ordered if not named.isdisjoint(ordered)}
    for profile in profiles:
        by_source.setdefault(profile.source, []).append(profile)
    return Layout(channels=tuple(tuple(each) for each in by_source.values()), service=service)


def choose_streams(
    profiles: Sequence[Profile],
) -> tuple[tuple[Literal["main", "sub", "third"], Profile], ...]:
    """The largest as main, the smallest as sub, the next largest as third; pictures of JPEG only where there is no
    other. Profiles that share an encoder are the same stream."""
    by_encoder: dict[str, Profile] = {}
    for profile in profiles:
        by_encoder.setdefault(profile.encoder or profile.token, profile)
    distinct = list(by_encoder.values())
    moving = [profile for profile in distinct if profile.codec != "JPEG"] or distinct
    ordered = sorted(moving, key=lambda profile: -profile.area)
    chosen = ordered if len(ordered) < 3 else [ordered[0], ordered[-1], ordered[1]]
    return tuple(zip(_NAMES, chosen, strict=False))


def parse_uri(answer: Element) -> str:
    """The address in GetStreamUriResponse or GetSnapshotUriResponse of media or media2."""
    address = text(answer, "MediaUri", "Uri", limit=2001) or text(answer, "Uri", limit=2001)
    if not address:
        raise ProtocolError("The device names no address for the picture.")
    return address
