"""Reports as values: their days, what stands where, and that nothing unknown is called good."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.config.clauses import CLAUSES
from hub.core.catalogue import CATALOGUE
from hub.core.duty.roster import Person, Post, Roster
from hub.core.duty.shifts import Duty
from hub.core.kpi.definitions import FIGURES
from hub.core.kpi.figures import Figure, FiguresView, GroupFigures
from hub.core.reports.compose import Counts, by_clause, by_subject, compose, time_shares
from hub.core.reports.period import KINDS, Days, before, days_of, last_over
from hub.core.reports.sections import CLAUSE_FIGURES, ENTRIES, PLANS, expanded
from hub.core.reports.subjects import subject_name
from hub.core.reports.unknown import undecided
from hub.core.reports.words import counted, percent, shown, target
from hub.core.served import RECORDS
from hub.core.state import State
from hub.core.text import Text

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
days = st.dates(date(2001, 1, 1), date(2199, 12, 1))


@given(st.sampled_from(KINDS), days)
def test_a_period_holds_its_day_and_the_one_before_ends_where_it_begins(kind: object, day: date) -> None:
    period = days_of(kind, day)  # type: ignore[arg-type]
    assert period.first <= day <= period.last
    assert before(kind, period).last == period.first - timedelta(days=1)  # type: ignore[arg-type]
    assert [each for each in period.each() if days_of(kind, each) != period] == []  # type: ignore[arg-type]


@given(st.sampled_from(KINDS), days)
def test_the_newest_period_that_is_over_ends_before_today(kind: object, today: date) -> None:
    assert last_over(kind, today).last < today  # type: ignore[arg-type]


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    assert last_over("weekly", date(2026, 11, 2)) == Days(date(2026, 10, 26), date(2026, 11, 1))
    assert last_over("weekly", date(2026, 11, 1)) == Days(date(2026, 10, 19), date(2026, 10, 25))
    assert last_over("monthly", date(2026, 3, 1)) == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert last_over("daily", date(2026, 3, 1)).first == date(2026, 2, 28)


def test_every_figure_stands_in_one_section_and_says_from_which_records_it_is_counted() -> None:
    placed = [name for plan in PLANS for name in plan.figures]
    assert sorted(placed) == sorted(definition.id for definition in FIGURES)
    assert ENTRIES.keys() == set(placed)
    assert {name for names in ENTRIES.values() for name in names} <= CATALOGUE.keys()


def test_every_section_has_records_that_exist_and_both_languages() -> None:
    for plan in PLANS:
        for pattern in plan.records:
            assert expanded([pattern], CATALOGUE), pattern
        assert plan.title.en, plan.id
        assert plan.title.zh, plan.id
    assert PLANS[-1].id == "unknown"


def test_every_clause_has_a_figure_or_a_record() -> None:
    assert CLAUSES.keys() == CLAUSE_FIGURES.keys() | (RECORDS.keys() & CLAUSES.keys())
    known = {definition.id for definition in FIGURES}
    assert {name for names in CLAUSE_FIGURES.values() for name in names} <= known


def view(*figures: Figure, over: bool = True) -> FiguresView:
    group = GroupFigures(
        id="", name=Text(en="Plant"), cameras=2, watched_s=190_000.0, expected_s=200_000.0, figures=figures
    )
    return FiguresView(
        from_at=AT,
        to_at=AT + timedelta(days=1),
        counted_to_at=AT + timedelta(days=1),
        over=over,
        timezone="UTC",
        by="site",
        least_coverage=0.95,
        definitions=FIGURES,
        groups=(group,),
    )


def figure(name: str, numerator: float, denominator: float, **more: object) -> Figure:
    value = numerator / denominator if denominator else None
    return Figure(id=name, value=value, numerator=numerator, denominator=denominator, **more)  # type: ignore[arg-type]


WATCHED = view(
    figure("online_time", 180_000, 190_000),
    figure("picture_watched", 150_000, 190_000),
    figure("not_judged", 20_000, 190_000),
    figure("unwatched", 10_000, 200_000),
    figure("false_share", 0, 0),
)


def counts(now: FiguresView = WATCHED, **more: object) -> Counts:
    return Counts(
        site=Text(en="Plant"),
        days=Days(date(2026, 11, 1), date(2026, 11, 1)),
        figures=now,
        made_at=AT,
        position=7,
        **more,  # type: ignore[arg-type]
    )


def test_the_time_of_all_cameras_is_shared_out_without_a_remainder() -> None:
    time = time_shares(WATCHED.groups[0])
    assert (time.good_s, time.faulty_s, time.not_judged_s) == (150_000, 10_000, 20_000)
    assert (time.no_signal_s, time.unwatched_s, time.whole_s) == (10_000, 10_000, 200_000)


def test_a_report_has_every_section_and_shows_what_was_before() -> None:
    earlier = view(figure("online_time", 1, 2))
    found = counts(before=earlier, by_day={date(2026, 11, 1): WATCHED}, records={"ticket.closed": 3, "signal.lost": 0})
    report = compose("daily", found, by_subject(found))
    assert [section.id for section in report.sections] == [plan.id for plan in PLANS]
    line = report.line("online_time")
    assert line is not None
    assert (line.before, line.days) == (0.5, (180_000 / 190_000,))
    counted_ = {each.type: each.count for section in report.sections for each in section.counted}
    assert counted_ == {"ticket.closed": 3}, "what did not happen is not listed"


def test_what_was_before_is_not_shown_where_hardly_anybody_watched_or_it_is_of_now() -> None:
    group = GroupFigures(
        id="",
        name=Text(en="Plant"),
        cameras=2,
        watched_s=3_600.0,
        expected_s=200_000.0,
        figures=(figure("online_time", 1, 1), figure("unwatched", 1, 2), figure("register", 1, 4)),
    )
    earlier = replace(WATCHED, groups=(group,))
    now = view(figure("online_time", 1, 2), figure("unwatched", 1, 2), figure("register", 1, 2))
    found = counts(now, before=earlier)
    report = compose("daily", found, by_subject(found))
    before = {line.figure.id: line.before for section in report.sections for line in section.lines}
    assert before == {"online_time": None, "unwatched": 0.5, "register": None}


def test_a_report_by_clause_has_one_clause_or_all_of_them() -> None:
    clauses = {"2.2": Text(en="Measures"), "4.2": Text(en="Retrieval")}
    found = counts(records={"ticket.closed": 2, "release.closed": 1})
    sections = by_clause(found, clauses, {"2.2": ("ticket.*",), "4.2": ("release.*",)})
    assert [(each.clauses, [one.type for one in each.counted]) for each in sections] == [
        (("2.2",), ["ticket.closed"]),
        (("4.2",), ["release.closed"]),
    ]
    only = by_clause(found, clauses, {}, only="4.2")
    assert [each.clauses for each in only] == [("4.2",)]


def test_what_cannot_be_judged_is_named_with_the_reason() -> None:
    now = view(
        figure("online_time", 1, 2, verdict="collecting"),
        figure("false_share", 0, 0),
        figure("recording", 1, 1, verdict="good"),
    )
    (table,) = undecided(now)
    assert [row[0].en for row in table.rows if isinstance(row[0], Text)] == ["Online, by time", "False alarms"]
    assert undecided(view(figure("recording", 1, 1, verdict="good"))) == []
    why = [
        undecided(view(figure("online_time", 1, 2, verdict="collecting"), over=over))[0].rows[0][1]
        for over in (True, False)
    ]
    assert [each.en for each in why if isinstance(each, Text)] == [
        "too little of the period was watched",
        "the period is not over",
    ]


def test_what_an_alarm_is_about_has_the_name_that_people_know() -> None:
    desk = Post(id="desk", name=Text(en="Desk", zh="值班台"))
    wang = Person(id="wang", name=Text(en="Wang Fang", zh="王芳"))
    state = State(duty=Duty(file=Roster(posts=(desk,), people=(wang,))))
    names = {"gate-1": Text(en="Gate", zh="大门")}
    found = [
        subject_name(camera, subject, names, state).zh
        for camera, subject in (("gate-1", "camera:gate-1"), (None, "post:desk"), (None, "place:desk wang"))
    ]
    assert found == ["大门", "值班台", "值班台，王芳"]
    assert subject_name(None, "permit:P-1", names, state).zh == "许可 P-1"
    assert subject_name(None, "hub", names, state).en == "hub"
    assert subject_name(None, "place:gone nobody", names, state).en == "gone, nobody"


@given(st.floats(0, 1))
def test_a_share_below_one_is_never_called_a_hundred_percent(share: float) -> None:
    assert (percent(share) == "100 %") is (share == 1)


def test_nothing_counted_is_a_dash_and_never_a_zero() -> None:
    definition = next(each for each in FIGURES if each.id == "false_share")
    assert shown(None, "share").en == "–"
    assert counted(figure("false_share", 0, 0), definition).zh == "无可统计的数据。"


def test_figures_say_what_was_counted_over_what_in_both_languages() -> None:
    definition = next(each for each in FIGURES if each.id == "online_time")
    said = counted(figure("online_time", 7200, 9000), definition)
    assert said.en == "2 h (time with a signal) of 2 h 30 min (time that was watched)."
    assert "有视频信号的时间" in said.zh
    assert target(figure("online_time", 1, 1, good_from=0.98), "share") == Text(en="at least 98 %", zh="不低于 98 %")
