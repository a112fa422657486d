"""Which channels and streams a device has, asked in the ways that its firmware knows."""

from collections.abc import Callable

from hub.api import Channel, DeviceError, DeviceForbidden, ProtocolError, StreamOffer, Unsupported
from hub_hikvision.isapi import Isapi
from hub_hikvision.parse_device import (
    MOST_CHANNELS,
    PER_CHANNEL,
    Stream,
    merge_channels,
    offer_streams,
    parse_inputs,
    parse_proxies,
    parse_proxy_count,
    parse_proxy_states,
    parse_rtsp_port,
    parse_streams,
)
from hub_hikvision.tree import Node

INPUTS = "/ISAPI/System/Video/inputs/channels"
PROXIES = "/ISAPI/ContentMgmt/InputProxy/channels"
STREAMS = "/ISAPI/Streaming/channels"
PROXIED_STREAMS = "/ISAPI/ContentMgmt/StreamingProxy/channels"
CAPABILITIES = "/ISAPI/System/capabilities"
ACCESSES = "/ISAPI/Security/adminAccesses"

_MOST_ITEMS = 64
_MISSING_IN_A_ROW = 3
"""So many entries that are not there, one after another, and the list is taken to have ended."""
_RTSP = 554


def ask_inputs(isapi: Isapi) -> tuple[Channel, ...]:
    """The device's own picture inputs; none where it has no such list."""
    root = isapi.perhaps(INPUTS, "VideoInputChannelList")
    return () if root is None else parse_inputs(root)


def ask_channels(isapi: Isapi) -> tuple[Channel, ...]:
    """All channels of a camera or recorder. Raises `ProtocolError` when it lists none."""
    errors: list[DeviceError] = []
    inputs = _listed(isapi, INPUTS, "VideoInputChannelList", parse_inputs, errors)
    proxies = _listed(isapi, PROXIES, "InputProxyChannelList", parse_proxies, errors)
    count = 0 if proxies else isapi.kept(CAPABILITIES, parse_proxy_count, 0)
    states = isapi.perhaps(f"{PROXIES}/status", "InputProxyChannelStatusList") if proxies or count else None
    told = {} if states is None else dict(parse_proxy_states(states))
    if not proxies and not told:
        proxies, told = _ask_proxies(isapi, count)
    channels = merge_channels(inputs, proxies, told)
    if not proxies and not told:
        # A camera with two sensors may list one input and the streams of both.
        numbers = _numbers_of_streams(isapi, errors, one_by_one=not channels)
        channels = merge_channels((*(Channel(number=number) for number in numbers), *channels), (), {})
    if channels:
        return channels
    if len(errors) == 3:
        raise errors[0]
    raise ProtocolError("The device lists no channel at all.")


def ask_streams(isapi: Isapi, channel: int, rtsp_port: int | None) -> tuple[StreamOffer, ...]:
    """The streams of a channel, main first."""
    streams = _streams_of(isapi, channel)
    port = rtsp_port or _ask_port(isapi) or next((each.rtsp_port for each in streams if each.rtsp_port), None)
    offers = offer_streams(streams, channel, isapi.access.address.host, port or _RTSP)
    if not offers or offers[0].name != "main":
        raise ProtocolError(f"The device has no main stream for channel {channel}.", hint="Enable it on the device.")
    return offers


def _listed(
    isapi: Isapi,
    path: str,
    root: str,
    parse: Callable[[Node], tuple[Channel, ...]],
    errors: list[DeviceError],
) -> tuple[Channel, ...]:
    try:
        return parse(isapi.tree(path, root))
    except (Unsupported, DeviceForbidden) as error:
        errors.append(error)
        return ()


def _ask_proxies(isapi: Isapi, count: int) -> tuple[tuple[Channel, ...], dict[int, tuple[bool | None, str]]]:
    """One by one, for recorders that do not list them but say in their capabilities how many there may be."""
    found: list[Channel] = []
    states: dict[int, tuple[bool | None, str]] = {}
    missing = 0
    for number in range(1, min(count, _MOST_ITEMS) + 1):
        entry = isapi.perhaps(f"{PROXIES}/{number}", "InputProxyChannel")
        missing = missing + 1 if entry is None else 0
        if missing == _MISSING_IN_A_ROW:
            break
        if entry is not None:
            found += parse_proxies(entry)
            state = isapi.perhaps(f"{PROXIES}/{number}/status", "InputProxyChannelStatus")
            states |= {} if state is None else dict(parse_proxy_states(state))
    return tuple(found), states


def _numbers_of_streams(isapi: Isapi, errors: list[DeviceError], *, one_by_one: bool) -> list[int]:
    """The channels that have a main stream."""
    try:
        listed = parse_streams(isapi.tree(STREAMS, "StreamingChannelList"))
    except (Unsupported, DeviceForbidden) as error:
        errors.append(error)
        listed = ()
        for number in range(1, _MOST_ITEMS + 1 if one_by_one else 1):
            entry = isapi.perhaps(f"{STREAMS}/{number * PER_CHANNEL + 1}", "StreamingChannel")
            if entry is None:
                break
            listed += parse_streams(entry)
    mains = (stream for stream in listed if stream.id % PER_CHANNEL == 1 and stream.enabled)
    return sorted({stream.channel for stream in mains if stream.channel <= MOST_CHANNELS})


def _streams_of(isapi: Isapi, channel: int) -> tuple[Stream, ...]:
    """From the lists, or one by one: some recorders have no list, or list their own inputs only."""
    refused: list[DeviceError] = []
    for path in (STREAMS, PROXIED_STREAMS):
        try:
            listed = parse_streams(isapi.tree(path, "StreamingChannelList"))
        except (Unsupported, DeviceForbidden) as error:
            refused.append(error)
            continue
        if mine := tuple(stream for stream in listed if stream.channel == channel):
            return mine
    for path in (STREAMS, PROXIED_STREAMS):
        found: tuple[Stream, ...] = ()
        for number in (1, 2, 3):
            entry = isapi.perhaps(f"{path}/{channel * PER_CHANNEL + number}", "StreamingChannel")
            if entry is None:
                break
            found += parse_streams(entry)
        if found:
            return found
    if len(refused) == 2:
        raise refused[0]
    raise ProtocolError(f"The device lists no stream for channel {channel}.", hint="Look at the number of the channel.")


def _ask_port(isapi: Isapi) -> int | None:
    root = isapi.perhaps(ACCESSES, "AdminAccessProtocolList")
    return None if root is None else parse_rtsp_port(root)
