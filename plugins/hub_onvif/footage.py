"""Asks for the footage and the recording jobs on a device."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from hub.api import DeviceError, DeviceForbidden, DeviceRecording, DeviceRejected, ProtocolError, Unsupported
from hub_onvif.addresses import stream_url
from hub_onvif.client import Client
from hub_onvif.media import Layout, parse_uri
from hub_onvif.recordings import (
    MOST_PIECES,
    Change,
    Holding,
    by_channel,
    channel_of,
    parse_changes,
    parse_holdings,
    parse_job_state,
    parse_jobs,
    parse_search_token,
    recording_token,
    to_pieces,
)
from hub_onvif.tree import Element, find
from hub_onvif.wsse import created_text

_PAGE = 100
_MOST_PAGES = 200
_KEPT_S = 30


def search_footage(
    client: Client, layout: Layout, channel: int, start_at: datetime, end_at: datetime
) -> Iterator[DeviceRecording]:
    """What the device holds of a channel between two times, in order of time."""
    layout.of(channel)
    held = [holding for index, holding in enumerate(_holdings(client)) if channel_of(holding, index, layout) == channel]
    if not held:
        return
    changes = _changes(client, [holding.token for holding in held], start_at, end_at)
    pieces = [piece for holding in held for piece in to_pieces(holding, changes, channel, start_at, end_at)]
    yield from sorted(pieces, key=lambda piece: piece.start_at)[:MOST_PIECES]


def _holdings(client: Client) -> list[Holding]:
    found: list[Holding] = []
    request = client.call("search", "FindRecordings", Scope={}, KeepAliveTime=f"PT{_KEPT_S}S")
    for page in _pages(client, parse_search_token(request), "GetRecordingSearchResults"):
        holdings, last = parse_holdings(page)
        found += holdings
        if last or len(found) > MOST_PIECES:
            break
    return found


def _changes(client: Client, tokens: list[str], start_at: datetime, end_at: datetime) -> list[Change]:
    """When recording began and ended; nothing where the device does not keep that."""
    found: list[Change] = []
    try:
        request = client.call(
            "search",
            "FindEvents",
            StartPoint=created_text(start_at),
            EndPoint=created_text(end_at),
            Scope={"IncludedRecordings": tokens[:64]},
            SearchFilter={},
            IncludeStartState=True,
            KeepAliveTime=f"PT{_KEPT_S}S",
        )
        for page in _pages(client, parse_search_token(request), "GetEventSearchResults"):
            changes, last = parse_changes(page)
            found += changes
            if last or len(found) > 2 * MOST_PIECES:
                break
    except (Unsupported, DeviceRejected, DeviceForbidden, ProtocolError):
        return []
    return found


def _pages(
    client: Client, token: str, operation: Literal["GetRecordingSearchResults", "GetEventSearchResults"]
) -> Iterator[Element]:
    """Page after page; the search is ended on the device, whichever way the reading ends."""
    try:
        for _ in range(_MOST_PAGES):
            yield client.call("search", operation, SearchToken=token, MaxResults=_PAGE, WaitTime="PT2S")
    finally:
        _end(client, token)


def _end(client: Client, token: str) -> None:
    try:
        client.call("search", "EndSearch", SearchToken=token)
    except DeviceError:
        return  # it ends by itself when its time is over


def replay_url(client: Client, recording: DeviceRecording, host: str, rtsp_port: int | None) -> str:
    """Where a recording can be replayed by RTSP, at `host` and without credentials. Raises `Unsupported` where the
    device replays in another way."""
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    answer = client.call("replay", "GetReplayUri", StreamSetup=setup, RecordingToken=recording_token(recording))
    url = stream_url(parse_uri(answer), host, rtsp_port)
    if not url.startswith("rtsp:"):
        raise Unsupported(f"The device replays by {url.partition(':')[0]}; the hub fetches footage by rtsp.")
    return url


def can_replay(client: Client) -> bool:
    """Whether the device has replays that the hub can fetch. Raises `Unsupported` where it has none at all."""
    answer = client.call("replay", "GetServiceCapabilities")
    told = find(answer, "Capabilities")
    return told is None or told.get("RTP_RTSP_TCP", "true").strip().lower() not in ("false", "0")


def read_recording_now(client: Client, layout: Layout) -> dict[int, bool]:
    """Channel → whether a job records it now. A device without jobs tells nothing, which is no evidence."""
    jobs = parse_jobs(client.call("recording", "GetRecordingJobs"))
    states = {job: parse_job_state(client.call("recording", "GetRecordingJobState", JobToken=job)) for job in jobs}
    return by_channel(states, jobs, layout)
