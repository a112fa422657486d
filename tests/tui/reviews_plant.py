"""A plant whose October was reviewed, and what its hub answers about reviews and figures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hub.client.figures import FiguresView, GroupFigures
from hub.client.people import PersonView
from hub.client.reviews import MonthView
from hub.config.beside.assessment_file import load_assessment
from hub.config.rules.known import Known
from hub.core.alarms.events import AlarmAcknowledged, AlarmRaised
from hub.core.decisions import decide
from hub.core.event import Event, Record
from hub.core.kpi.definitions import FIGURES
from hub.core.kpi.figures import Ratio, judged
from hub.core.people.events import AccountCreated
from hub.core.posts.events import PostAttendance, Verdict
from hub.core.reviews.assess import assess
from hub.core.reviews.commands import RecordReview
from hub.core.reviews.events import AssessmentLoaded, PersonCommended
from hub.core.reviews.points import PersonReview
from hub.core.reviews.scheme import Scheme, digest_of
from hub.core.text import Text
from hub.errors import NotFound
from hub.server.views.reviews import people_views, review_lines, review_view
from tests.tui.fake_hub import ACCOUNTS, FakeHub

ZONE = ZoneInfo("Asia/Shanghai")


def shipped() -> Scheme:
    found, _problems = load_assessment(Path(__file__).parents[2], Known())
    assert found is not None
    assert found.scheme is not None
    return found.scheme


def reviewed(hub: FakeHub, *, by: str = "hub") -> None:
    """October as it went, and its review."""
    for each in ACCOUNTS.values():
        hub.happen(
            AccountCreated(account=each.id, name=each.name, role=each.role, domains=[str(d) for d in each.domains])
        )
    scheme = shipped()
    hub.happen(AssessmentLoaded(scheme=scheme))
    people = counted(hub, scheme)
    made = RecordReview(month="2026-10", scheme=digest_of(scheme), position=hub.state.position, people=people)
    hub.happen(*decide(hub.state, made, by, hub.clock.now()), actor=by)
    hub.answers["reviews"] = lambda _parameters: review_lines(_me(hub), hub.state)
    hub.answers["reviews/V-1"] = lambda _parameters: _review(hub)
    hub.answers["reviews/so-far"] = lambda _parameters: MonthView(
        month="2026-11", people=people_views(_me(hub), people[:1], hub.state)
    )
    hub.answers["figures"] = lambda parameters: figures(hub, parameters)
    hub.answers["people"] = lambda _parameters: [
        PersonView(account=each, rights=sorted(each.rights), state="enabled") for each in ACCOUNTS.values()
    ]


def counted(hub: FakeHub, scheme: Scheme) -> tuple[PersonReview, ...]:
    """The records of October, written down in the fake hub's journal, and what they come to."""
    begin = datetime(2026, 10, 1, tzinfo=UTC)
    october: list[Record] = []

    def at(day: int, event: Event, by: str = "hub", **later: float) -> None:
        hub.happen(event, actor=by)
        when = begin + timedelta(days=day, **later)
        october.append(Record(hub.state.position, when, when, by, None, event, None, b""))

    for day in range(1, 21):
        at(day, attendance("zhang", "late" if day in (6, 13) else "attended", begin + timedelta(days=day)))
        at(day, attendance("li", "absent" if day == 9 else "attended", begin + timedelta(days=day)))
        at(day, attendance("wang", "attended", begin + timedelta(days=day)))
    for number in range(4):
        title = Text(en="Signal lost", zh="视频信号丢失")
        raised = AlarmRaised(
            alarm=f"A-{number}", rule="r", kind="signal", subject="camera:gate-1", priority="critical", title=title
        )
        at(10 + number, raised)
        at(10 + number, AlarmAcknowledged(alarm=f"A-{number}"), "person:zhang", minutes=6 if number == 2 else 1)
    at(25, PersonCommended(account="zhang", points=2, reason="put out a fire in the cable duct"), "person:wang")
    names = {each.id: each.name for each in ACCOUNTS.values()}
    return assess(october, scheme, names, "2026-10", ZONE)


def attendance(account: str, verdict: Verdict, from_at: datetime) -> PostAttendance:
    return PostAttendance(
        post="room",
        post_name=Text(en="Control room", zh="监控室"),
        account=account,
        name=Text(en=ACCOUNTS[account].name),
        shift="day",
        shift_name=Text(en="Day", zh="白班"),
        team="",
        from_at=from_at,
        to_at=from_at + timedelta(hours=8),
        verdict=verdict,
        late_s=600.0 if verdict == "late" else 0.0,
    )


def figures(hub: FakeHub, parameters: dict[str, Any]) -> FiguresView:
    """Figures of a month, as of a plant that was watched for a little less than half of it."""
    by, from_at = parameters["by"], datetime.fromisoformat(parameters["from_at"])
    to_at = datetime.fromisoformat(parameters["to_at"])
    over = to_at <= hub.clock.now()
    targets = {target.figure: target for target in shipped().targets}
    names = {"site": [""], "domain": ["production", "security"]}.get(by, ["gate-1", "press-1"])

    def group(number: int, name: str) -> GroupFigures:
        ratios = [
            Ratio(figure="online_time", numerator=970.0 - 40 * number, denominator=980.0),
            Ratio(figure="not_judged", numerator=9.0, denominator=980.0),
            Ratio(figure="rounds", numerator=4, denominator=4),
            Ratio(figure="register", numerator=50, denominator=80),
        ]
        found = judged(ratios, targets, over=over, coverage=0.98)
        return GroupFigures(
            id=name, name=Text(en=name.title()), cameras=8, watched_s=980.0, expected_s=1000.0, figures=found
        )

    groups = tuple(group(number, name) for number, name in enumerate(names))
    known = {figure.id for each in groups for figure in each.figures}
    return FiguresView(
        from_at=from_at,
        to_at=to_at,
        counted_to_at=min(to_at, hub.clock.now()),
        over=over,
        timezone="Asia/Shanghai",
        by=by,
        least_coverage=0.95,
        definitions=tuple(each for each in FIGURES if each.id in known),
        groups=groups,
    )


def _me(hub: FakeHub) -> Any:
    assert hub.account is not None
    return hub.account


def _review(hub: FakeHub) -> Any:
    known = hub.state.reviews.open.get("V-1")
    if known is None:
        raise NotFound("There is no review V-1.")
    return review_view(_me(hub), known, hub.state)
