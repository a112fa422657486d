"""What is on record about reports, in sentences."""

from hub.core.event import Event
from hub.core.reports.events import ReportMade
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    ReportMade: N_("Report {report} was made, of {first} to {last}"),
}
