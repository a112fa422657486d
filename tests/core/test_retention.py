from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.recorded import Span
from hub.core.retention import Keeping, Terms, choose, shorter_kept
from tests.core.test_recordings import AT, segment

NOW = AT + timedelta(days=40)
ROOMY = {"used_bytes": 0, "free_bytes": 10**12, "now": NOW}


def aged(*days: float):
    """Segments of 1000 bytes that ended so many days ago, oldest first."""
    return [segment(begin_at=NOW - timedelta(days=age, seconds=60)) for age in sorted(days, reverse=True)]


def ages(choice) -> list[tuple[float, str]]:
    return [(round((NOW - one.end_at) / timedelta(days=1), 3), rule) for one, (rule, _, _) in choice.remove]


def test_what_is_older_than_the_days_goes() -> None:
    assert ages(choose(aged(31, 30.5, 29), {}, Keeping(keep_days=30), **ROOMY)) == [(31, "days"), (30.5, "days")]


def test_above_the_space_the_oldest_go_first_and_no_more_than_must() -> None:
    choice = choose(aged(1, 2, 3, 4), {}, Keeping(max_bytes=2500), used_bytes=4000, free_bytes=10**12, now=NOW)
    assert ages(choice) == [(4, "space"), (3, "space")]
    assert choice.short_bytes == 0


def test_a_volume_with_too_little_room_is_freed() -> None:
    choice = choose(aged(1, 2, 3), {}, Keeping(min_free_bytes=5000), used_bytes=3000, free_bytes=3500, now=NOW)
    assert ages(choice) == [(3, "free"), (2, "free")]


def test_young_recordings_stay_and_the_shortage_is_told() -> None:
    keeping = Keeping(min_days=2.5, min_free_bytes=5000)
    choice = choose(aged(1, 2, 3), {}, keeping, used_bytes=3000, free_bytes=3500, now=NOW)
    assert ages(choice) == [(3, "free")]
    assert choice.short_bytes == 500


def test_protected_periods_stay_however_old_and_whatever_the_room() -> None:
    segments = aged(50, 40, 3)
    kept = {"gate-1": [Span(segments[1].begin_at - timedelta(hours=1), segments[1].begin_at + timedelta(seconds=1))]}
    choice = choose(segments, kept, Keeping(min_free_bytes=9000), used_bytes=3000, free_bytes=0, now=NOW)
    assert ages(choice) == [(50, "days"), (3, "free")]
    assert choice.short_bytes == 7000


def test_another_camera_s_protection_keeps_nothing() -> None:
    kept = {"yard": [Span(NOW - timedelta(days=100), NOW)]}
    assert len(choose(aged(50), kept, Keeping(), **ROOMY).remove) == 1


def test_no_more_than_so_many_at_once_and_no_shortage_is_told_before_all_were_seen() -> None:
    choice = choose(aged(*range(31, 41)), {}, Keeping(max_bytes=0), used_bytes=9**9, free_bytes=0, now=NOW, most=3)
    assert len(choice.remove) == 3
    assert choice.short_bytes == 0


@given(
    st.lists(st.floats(0, 60), max_size=20),
    st.floats(0, 20),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 5)), max_size=3),
)
def test_nothing_young_or_protected_is_ever_chosen(days, min_days, wanted, free, kept_days) -> None:
    kept = [Span(NOW - timedelta(days=a + b), NOW - timedelta(days=a)) for a, b in kept_days]
    keeping = Keeping(keep_days=30, min_days=min_days, max_bytes=wanted, min_free_bytes=wanted)
    choice = choose(aged(*days), {"gate-1": kept}, keeping, used_bytes=1000 * len(days), free_bytes=free, now=NOW)
    for one, (rule, _, _) in choice.remove:
        assert NOW - one.end_at >= timedelta(days=min_days)
        assert not any(one.begin_at < span.to_at and one.end_at > span.from_at for span in kept)
        assert (rule == "days") == (NOW - one.end_at >= timedelta(days=30))


def named(camera: str, *days: float):
    begins = [NOW - timedelta(days=age, seconds=60) for age in sorted(days, reverse=True)]
    return [segment(camera=camera, begin_at=begin_at) for begin_at in begins]


OWN = Keeping(
    keep_days=30,
    cameras={
        "lobby": Terms(keep_days=7, by="camera:lobby"),
        "vault": Terms(keep_days=365, min_days=90, by="domain:security"),
    },
)


def chosen(segments, keeping, protected=None, **room):
    """As the keeper asks: those of cameras that keep less long beside all of them."""
    ordered = sorted(segments, key=lambda one: one.end_at)
    short = dict(shorter_kept(keeping, {one.camera for one in segments}, NOW))
    overdue = [one for one in ordered if one.camera in short and one.end_at <= short[one.camera]]
    found = choose(ordered, protected or {}, keeping, **{**ROOMY, **room}, overdue=overdue)
    return sorted((one.camera, round((NOW - one.end_at) / timedelta(days=1)), *why) for one, why in found.remove)


def test_each_camera_goes_by_its_own_days_and_the_deletion_names_where_they_are_said() -> None:
    segments = named("lobby", 6, 8) + named("gate-1", 29, 31) + named("vault", 31, 400)
    assert chosen(segments, OWN) == [
        ("gate-1", 31, "days", "site", 30),
        ("lobby", 8, "days", "camera:lobby", 7),
        ("vault", 400, "days", "domain:security", 365),
    ]


def test_for_want_of_room_the_oldest_goes_that_its_own_terms_let_go() -> None:
    segments = named("vault", 80, 100) + named("gate-1", 3)
    pressed = Keeping(min_free_bytes=10**6, cameras=OWN.cameras)
    assert chosen(segments, pressed, free_bytes=0) == [
        ("gate-1", 3, "free", "site", None),
        ("vault", 100, "free", "site", None),
    ]


def test_a_hold_wins_over_every_keeping() -> None:
    segments = named("lobby", 8) + named("gate-1", 31) + named("vault", 400)
    held = {camera: [Span(NOW - timedelta(days=500), NOW)] for camera in ("lobby", "gate-1", "vault")}
    assert chosen(segments, Keeping(max_bytes=0, min_free_bytes=10**9, cameras=OWN.cameras), held, free_bytes=0) == []


@given(
    st.lists(st.tuples(st.sampled_from(["lobby", "gate-1", "vault"]), st.integers(0, 420)), max_size=20, unique=True),
    st.booleans(),
)
def test_nothing_goes_before_its_least_days_and_nothing_stays_beyond_its_most(ages_of, pressed) -> None:
    segments = [one for camera, days in ages_of for one in named(camera, days)]
    keeping = Keeping(min_free_bytes=10**9 if pressed else 0, cameras=OWN.cameras)
    gone = {(camera, days) for camera, days, *_ in chosen(segments, keeping, free_bytes=0)}
    for camera, days in ages_of:
        terms = keeping.terms_of(camera)
        if days >= terms.keep_days:
            assert (camera, days) in gone
        elif days < terms.min_days or not pressed:
            assert (camera, days) not in gone
