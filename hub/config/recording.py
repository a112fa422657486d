"""What hub.toml says of recordings: for all cameras, and for each."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from hub.config.tables import Folder, Table, seconds
from hub.core.recordings import Stream

_LONGEST_DAYS = 3660


def _some_days(title: str, description: str) -> FieldInfo:
    """A key that holds a number of days, more than none."""
    info: FieldInfo = Field(title=title, description=description, gt=0, le=_LONGEST_DAYS, allow_inf_nan=False)
    return info


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
    keep_days: Annotated[float, _some_days("Days to keep", "Days after which recordings are deleted.")] = 30.0
    min_days: float = Field(
        default=0.0,
        title="Days to keep at least",
        description="Younger recordings are not deleted even when there is no room; that there is none is told.",
        ge=0,
        le=_LONGEST_DAYS,
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
