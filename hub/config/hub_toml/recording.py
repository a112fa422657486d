"""What hub.toml says of recordings: for all cameras, and for each."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from hub.config.hub_toml.storages import TierTable
from hub.config.mistakes import mistake
from hub.config.problems import Problem
from hub.config.tables import Domain, Folder, Table, seconds
from hub.config.toml import Document, Path
from hub.core.recordings import Stream
from hub.core.retention import LEGAL_DAYS, SITE, Terms
from hub.core.saying import saying

_LONGEST_DAYS = 3660
_ORDER = mistake(saying("`min_days` is more than `keep_days`"))


def _some_days(title: str, description: str) -> FieldInfo:
    """A key that holds a number of days, more than none."""
    info: FieldInfo = Field(title=title, description=description, gt=0, le=_LONGEST_DAYS, allow_inf_nan=False)
    return info


def _at_least(description: str) -> FieldInfo:
    info: FieldInfo = Field(
        title="Days to keep at least", description=description, ge=0, le=_LONGEST_DAYS, allow_inf_nan=False
    )
    return info


class KeepingTable(Table):
    """How long recordings are kept, where that differs from the site's `[recording]`."""

    keep_days: Annotated[float | None, _some_days("Days to keep", "Days after which these recordings are deleted.")] = (
        None
    )
    min_days: Annotated[
        float | None, _at_least("Younger ones of these are not deleted even when there is no room.")
    ] = None

    @model_validator(mode="after")
    def _days_in_order(self) -> "KeepingTable":
        if self.keep_days is not None and self.min_days is not None and self.min_days > self.keep_days:
            raise _ORDER
        return self


class RecordingTable(Table):
    """Recordings, for all cameras. Which cameras are recorded is said with each: `recording = { stream = "main" }`."""

    folder: Folder = Field(
        default="recordings",
        title="Folder",
        description="Where recordings are kept; relative to the data folder, or elsewhere, such as `/srv/recordings`.",
    )
    segment_s: Annotated[
        float, seconds("Segment", "Seconds after which a file is ended, at the next key frame.", 2, 3600)
    ] = 60.0
    missing_after_s: Annotated[
        float, seconds("Missing after", "Seconds without new bytes on disk until a recording is missing.", 5, 3600)
    ] = 20.0
    keep_days: Annotated[float, _some_days("Days to keep", "Days after which recordings are deleted.")] = LEGAL_DAYS
    min_days: Annotated[
        float,
        _at_least("Younger recordings are not deleted even when there is no room; that there is none is told."),
    ] = 0.0
    domains: dict[Domain, KeepingTable] = Field(
        default={},
        title="Domains",
        description="`[recording.domains.security]`: `keep_days` and `min_days` of the cameras of one domain.",
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
        float, seconds("Before an alarm", "Seconds before an alarm that are kept with it.", 0, 3600)
    ] = 30.0
    alarm_after_s: Annotated[
        float, seconds("After an alarm", "Seconds after an alarm that are kept with it.", 0, 3600)
    ] = 30.0
    alarm_days: Annotated[
        float,
        _some_days(
            "Days to keep what belongs to alarms",
            "For so many days, what was recorded around an alarm is kept whatever the space.",
        ),
    ] = 180.0

    verify_days: Annotated[
        float,
        _some_days("Days to prove in", "Once in so many days every recording is read and compared with its seal."),
    ] = 30.0
    verify_mb_s: float = Field(
        default=20.0,
        title="Speed of proving",
        description="What proving reads at most, in MB a second; what that is too little for takes longer.",
        gt=0,
        le=100_000,
        allow_inf_nan=False,
    )
    move_mb_s: float | None = Field(
        default=None,
        title="Speed of moving",
        description="What is copied into each storage at most, in MB a second, so that the disk and the network keep "
        "room for others. It must be more than cameras write, or what is due is never moved.",
        gt=0,
        le=100_000,
        allow_inf_nan=False,
    )
    tiers: list[TierTable] = Field(
        default=[], title="Tiers", description="What is moved to storages, and when.", max_length=50
    )

    @model_validator(mode="after")
    def _days_in_order(self) -> "RecordingTable":
        if self.min_days > self.keep_days:
            raise _ORDER
        return self

    def terms(self, camera: str, domain: Domain, own: "CameraRecording | None") -> Terms:
        """How long a camera's recordings are kept: by its own keys, else its domain's, else the site's.

        Each of the two keys is looked for by itself. Where they do not go together, the one that is said closer to the
        camera stands.
        """
        site = KeepingTable(keep_days=self.keep_days, min_days=self.min_days)
        levels: list[tuple[str, KeepingTable]] = [(SITE, site)]
        if domain in self.domains:
            levels.insert(0, (f"domain:{domain}", self.domains[domain]))
        if own is not None:
            levels.insert(0, (f"camera:{camera}", own))
        keep, least = (
            next((near, by, days) for near, (by, one) in enumerate(levels) if (days := getattr(one, key)) is not None)
            for key in ("keep_days", "min_days")
        )
        if least[2] <= keep[2]:
            return Terms(keep_days=keep[2], min_days=least[2], by=keep[1])
        _, by, days = min(keep, least)
        return Terms(keep_days=days, min_days=days, by=by)


class CameraRecording(KeepingTable):
    """How this camera is recorded; without it, it is not."""

    stream: Stream = Field(
        title="Stream",
        description="`watched`: the stream that is watched, over the same connection; `main` or `sub`: the one that "
        "the driver knows by this name, over a connection of its own where it is another.",
    )


def check_keeping(document: Document) -> list[Problem]:
    """Warnings where recordings are kept for less long than the law asks of public places."""
    places: list[Path] = [("recording",)]
    recording = document.data.get("recording")
    domains = recording.get("domains") if isinstance(recording, dict) else None
    if isinstance(domains, dict):
        places += [("recording", "domains", name) for name in domains]
    cameras = document.data.get("cameras")
    if isinstance(cameras, list):
        places += [("cameras", index, "recording") for index in range(len(cameras))]
    found = []
    for place in places:
        days = _days_at(document.data, place)
        if days is not None and 0 < days < LEGAL_DAYS:
            found.append(
                document.problem(
                    (*place, "keep_days"),
                    saying("recordings are deleted after {days:g} days", days=days),
                    saying(
                        "Decree 799 asks for {days:g} days where a system watches public places; keep less only "
                        "where that does not apply.",
                        days=LEGAL_DAYS,
                    ),
                    level="warning",
                )
            )
    return found


def _days_at(data: object, place: Path) -> float | None:
    for step in (*place, "keep_days"):
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, dict) else None
        else:
            data = data[step] if isinstance(data, list) else None
    return float(data) if isinstance(data, int | float) and not isinstance(data, bool) else None
