"""Whatever is asked of posts in whatever order: nobody is at two of them, and places change as the table says."""

import contextlib
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.command import Command
from hub.core.duty.shifts import ShiftBegun
from hub.core.event import wire_name
from hub.core.fold import fold
from hub.core.posts.commands import CoverPost, EndPresence, SignOff, SignOn
from hub.core.posts.events import PostAttendance
from hub.core.posts.model import TRANSITIONS, place_key
from hub.core.state import State
from hub.errors import Refused
from tests.core.plant_duty import PEOPLE, Plant, at

commands = st.one_of(
    st.builds(SignOn, post=st.sampled_from(("desk", "gate"))),
    st.builds(SignOff, post=st.sampled_from(("desk", "gate")), reason=st.sampled_from(("", "why"))),
    st.builds(
        CoverPost,
        post=st.sampled_from(("desk", "gate")),
        account=st.sampled_from(PEOPLE),
        instead_of=st.sampled_from(("", *PEOPLE)),
        reason=st.just("r"),
    ),
    st.builds(EndPresence, account=st.sampled_from(PEOPLE), reason=st.just("r")),
)
steps = st.lists(
    st.tuples(
        st.sampled_from((*PEOPLE, "wang")),
        commands,
        st.sampled_from((1, 4, 5, 6, 15, 60, 300, 700)),
        st.sampled_from((False, False, False, False, True)),
    ),
    max_size=25,
)


def one_at_most(plant: Plant) -> None:
    present = [account for people in plant.state.posts.present.values() for account in people]
    assert len(present) == len(set(present)), "somebody is at two posts"


@settings(max_examples=120, deadline=None)
@given(steps)
def test_whatever_happens_nobody_is_at_two_posts_and_every_place_ends_in_one_verdict(
    steps: list[tuple[str, Command, int, bool]],
) -> None:
    plant = Plant(at(5, 7, 30))
    for who, command, minutes, down in steps:
        with contextlib.suppress(Refused):
            plant.do(who, command)
        one_at_most(plant)
        then = plant.now + timedelta(minutes=minutes)
        if down:
            plant.down_until(then)
        else:
            plant.until(then)
        one_at_most(plant)
    begun = {
        place_key(event.post, event.shift, event.team, event.from_at, account)
        for event in plant.of(ShiftBegun)
        for account in event.people
    }
    ended = [
        place_key(event.post, event.shift, event.team, event.from_at, event.account)
        for event in plant.of(PostAttendance)
    ]
    assert len(ended) == len(set(ended)), "two verdicts on one place"
    assert set(ended) | plant.state.posts.places.keys() == begun
    assert not set(ended) & plant.state.posts.places.keys()
    assert all(place.running for place in plant.state.posts.places.values())


@settings(max_examples=60, deadline=None)
@given(steps)
def test_places_change_as_the_table_says(steps: list[tuple[str, Command, int, bool]]) -> None:
    plant = Plant(at(5, 7, 30))
    for who, command, minutes, _ in steps:
        with contextlib.suppress(Refused):
            plant.do(who, command)
        plant.until(plant.now + timedelta(minutes=minutes))
    known = set(TRANSITIONS)
    state = State()
    before: dict[str, str] = {}
    for record in plant.records:
        state = fold(state, record)
        after = {key: place.state for key, place in state.posts.places.items()}
        name = wire_name(record.event)
        for key in before.keys() | after.keys():
            one, other = before.get(key, "[*]"), after.get(key, "[*]")
            assert one == other or (one, name, other) in known, (one, name, other)
        before = after
