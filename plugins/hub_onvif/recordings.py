"""Footage and recording jobs on the device. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from hub.api import DeviceRecording, ProtocolError
from hub_onvif.events import parse_notification, parse_time
from hub_onvif.media import Layout
from hub_onvif.tree import Element, children, find, flag, text

MOST_PIECES = 10_000

_SPLIT = "@"


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One recording of a device: all footage of one source."""

    token: str
    source: str
    name: str
    start_at: datetime | None
    end_at: datetime | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """From then on the device recorded, or did not."""

    recording: str
    at: datetime
    recording_on: bool


def parse_search_token(answer: Element) -> str:
    """From FindRecordingsResponse or FindEventsResponse."""
    token = text(answer, "SearchToken", limit=200)
    if not token:
        raise ProtocolError("The device began a search and gave no token for its results.")
    return token


def parse_holdings(answer: Element) -> tuple[tuple[Holding, ...], bool]:
    """The recordings of one page of GetRecordingSearchResultsResponse, and whether it was the last."""
    results = find(answer, "ResultList")
    found = []
    for each in list(children(results, "RecordingInformation"))[:1000]:
        token = text(each, "RecordingToken", limit=200)
        if not token:
            continue
        tracks = [track for track in children(each, "Track") if text(track, "TrackType", limit=16).lower() == "video"]
        starts = [parse_time(text(track, "DataFrom", limit=64)) for track in tracks]
        ends = [parse_time(text(track, "DataTo", limit=64)) for track in tracks]
        start_at = parse_time(text(each, "EarliestRecording", limit=64)) or min(filter(None, starts), default=None)
        end_at = parse_time(text(each, "LatestRecording", limit=64)) or max(filter(None, ends), default=None)
        source, name = text(each, "Source", "SourceId", limit=200), text(each, "Source", "Name", limit=200)
        found.append(Holding(token=token, source=source, name=name, start_at=start_at, end_at=end_at))
    return tuple(found), _is_last(results)


def parse_changes(answer: Element) -> tuple[tuple[Change, ...], bool]:
    """When recordings began and ended, of one page of GetEventSearchResultsResponse, and whether it was the last."""
    results = find(answer, "ResultList")
    found = []
    for each in list(children(results, "Result"))[:MOST_PIECES]:
        at, token = parse_time(text(each, "Time", limit=64)), text(each, "RecordingToken", limit=200)
        event = find(each, "Event")
        told = parse_notification(event) if event is not None else None
        if at is None or not token or told is None or not told.topic.startswith("RecordingHistory"):
            continue
        on = flag(told.data.get("IsRecording", told.data.get("IsDataPresent", "")))
        if on is not None:
            found.append(Change(recording=token, at=at, recording_on=on))
    return tuple(found), _is_last(results)


def _is_last(results: Element | None) -> bool:
    if results is None:
        raise ProtocolError("The device's search gave no list of results.")
    return text(results, "SearchState", limit=16).lower() not in ("queued", "searching")


def channel_of(holding: Holding, position: int, layout: Layout) -> int:
    """Which channel a recording is of: by its source's token, else by its place in the list."""
    number = layout.number(holding.source) or layout.number(holding.name)
    return number if number is not None else min(position + 1, max(len(layout.channels), 1))


def to_pieces(
    holding: Holding, changes: Iterable[Change], channel: int, start_at: datetime, end_at: datetime
) -> tuple[DeviceRecording, ...]:
    """The pieces between `start_at` and `end_at`: by what the device tells of its recording's course, and where it
    tells nothing, one piece as long as all of the footage."""
    mine = sorted((each for each in changes if each.recording == holding.token), key=lambda each: each.at)
    if mine:
        pieces, since = [], None
        for change in mine:
            if change.recording_on and since is None:
                since = change.at
            elif not change.recording_on and since is not None:
                pieces.append((since, change.at))
                since = None
        if since is not None:
            pieces.append((since, holding.end_at or end_at))
    elif holding.start_at is not None and holding.end_at is not None:
        pieces = [(holding.start_at, holding.end_at)]
    else:
        pieces = []
    clipped = [(max(begin, start_at), min(end, end_at)) for begin, end in pieces]
    return tuple(
        DeviceRecording(
            id=f"{holding.token}{_SPLIT}{begin:%Y-%m-%dT%H:%M:%SZ}", channel=channel, start_at=begin, end_at=end
        )
        for begin, end in clipped[:MOST_PIECES]
        if begin < end
    )


def recording_token(recording: DeviceRecording) -> str:
    """The device's token in a recording's id."""
    return recording.id.rpartition(_SPLIT)[0]


def parse_jobs(answer: Element) -> dict[str, tuple[str, ...]]:
    """Job → tokens of its sources, from GetRecordingJobsResponse."""
    jobs = {}
    for job in list(children(answer, "JobItem"))[:512]:
        token = text(job, "JobToken", limit=200)
        sources = children(find(job, "JobConfiguration"), "Source")
        if token:
            jobs[token] = tuple(text(each, "SourceToken", "Token", limit=200) for each in list(sources)[:64])
    return jobs


def parse_job_state(answer: Element) -> bool | None:
    """Whether a job records now, from GetRecordingJobStateResponse."""
    state = text(answer, "State", "State", limit=40).lower()
    return {"active": True, "partiallyactive": True, "idle": False, "error": False}.get(state)


def by_channel(
    states: Mapping[str, bool | None], jobs: Mapping[str, tuple[str, ...]], layout: Layout
) -> dict[int, bool]:
    """Channel → whether at least one job records it."""
    found: dict[int, bool] = {}
    for job, state in states.items():
        for token in jobs.get(job, ()) or ("",):
            number = layout.number(token)
            if number is not None and state is not None:
                found[number] = found.get(number, False) or state
    return found
