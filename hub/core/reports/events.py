"""Facts about reports."""

from typing import Annotated

from msgspec import Meta

from hub.core.event import Event


class ReportMade(Event, tag="report.made", frozen=True, kw_only=True):
    """A report was made and is kept, to be sent or read again."""

    report: Annotated[str, Meta(description="Id of the report, such as weekly-2026-10-26.")]
    kind: Annotated[str, Meta(description="`daily`, `weekly`, `monthly` or `clause`.")]
    first: Annotated[str, Meta(description="The first day that it is about, as 2026-10-26.")]
    last: Annotated[str, Meta(description="The last one.")]
    files: Annotated[dict[str, str], Meta(description="SHA-256 of each file, by its name.")]
