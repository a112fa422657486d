"""Reference views: proposed, approved, replaced, refused, and never lost."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.core.cameras.commands import ApproveReference, RejectReference, RelearnCamera
from hub.core.catalogue import SiteConfigured
from hub.core.decisions import decide
from hub.core.event import Event
from hub.core.findings import CameraRelearned, Picture, ReferenceApproved, ReferenceLearned, ReferenceRejected
from hub.core.references import CLOSED_KEPT, decided, is_news, proposed
from hub.errors import NotFound, Refused, WrongState

from .conftest import SITE, History

CAMERA = "gate-1"


def learned(reference: str, light: str = "day", preset: str = "", *, beside: bool = False) -> ReferenceLearned:
    picture = Picture(path=f"{reference}.jpg", sha256="00")
    return ReferenceLearned(
        camera=CAMERA, reference=reference, light=light, preset=preset, picture=picture, beside=beside
    )  # type: ignore[arg-type]


def approve(reference: str, *, beside: bool = False) -> ApproveReference:
    return ApproveReference(camera=CAMERA, reference=reference, beside=beside)


def reject(reference: str) -> RejectReference:
    return RejectReference(camera=CAMERA, reference=reference, reason="a lorry stood there")


def states(history: History) -> dict[str, str]:
    return {view.id: view.state for view in history.state.cameras[CAMERA].references.values()}


def test_a_learned_view_waits_until_somebody_approves_it(history: History) -> None:
    history.happen(learned("day-1"))
    view = history.state.cameras[CAMERA].references["day-1"]
    assert (view.state, view.light, view.preset, view.picture.path) == ("proposed", "day", "", "day-1.jpg")
    learned_at = view.learned_at
    approved_at = history.now
    history.decide(decide, approve("day-1"), actor="person:wang")
    view = history.state.cameras[CAMERA].references["day-1"]
    assert (view.state, view.learned_at) == ("approved", learned_at)
    assert (view.approved_at, view.approved_by) == (approved_at, "person:wang")


@pytest.mark.parametrize(
    ("further", "command", "before"),
    [
        (learned("day-2"), approve("day-2"), "superseded"),
        (learned("day-2"), approve("day-2", beside=True), "approved"),
        (learned("day-2", beside=True), approve("day-2"), "approved"),
        (learned("infrared-2", "infrared"), approve("infrared-2"), "approved"),
        (learned("day-2", preset="7"), approve("day-2"), "approved"),
    ],
)
def test_an_approved_view_replaces_the_one_of_its_light_and_position_unless_it_joins_it(
    history: History, further: ReferenceLearned, command: ApproveReference, before: str
) -> None:
    history.happen(learned("day-1"))
    history.decide(decide, approve("day-1"))
    history.happen(further)
    history.decide(decide, command)
    assert states(history) == {"day-1": before, further.reference: "approved"}


def test_the_approval_of_a_newer_proposal_puts_older_ones_away_and_leaves_newer_ones_waiting(history: History) -> None:
    history.happen(learned("day-1"), learned("day-2"), learned("day-3"))
    history.decide(decide, approve("day-2"))
    assert states(history) == {"day-1": "superseded", "day-2": "approved", "day-3": "proposed"}


def test_one_can_go_back_to_a_superseded_view(history: History) -> None:
    history.happen(learned("day-1"))
    history.decide(decide, approve("day-1"))
    history.happen(learned("day-2"))
    history.decide(decide, approve("day-2"))
    [event] = history.decide(decide, approve("day-1"))
    assert event == ReferenceApproved(camera=CAMERA, reference="day-1", supersedes=["day-2"])
    assert states(history) == {"day-1": "approved", "day-2": "superseded"}


def test_a_rejected_view_says_why_and_cannot_be_approved(history: History) -> None:
    history.happen(learned("day-1"))
    history.decide(decide, reject("day-1"), actor="person:wang")
    view = history.state.cameras[CAMERA].references["day-1"]
    assert (view.state, view.reason, view.decided_by) == ("rejected", "a lorry stood there", "person:wang")
    with pytest.raises(WrongState, match="was rejected") as refused:
        decide(history.state, approve("day-1"), "person:wang", history.now)
    assert refused.value.hint == "Let the watch learn the view anew."


def test_saying_the_same_again_changes_nothing(history: History) -> None:
    history.happen(learned("day-1"), learned("day-2", "dim"))
    history.decide(decide, approve("day-1"))
    history.decide(decide, reject("day-2"))
    assert decide(history.state, approve("day-1"), "person:wang", history.now) == []
    assert decide(history.state, reject("day-2"), "person:wang", history.now) == []


def test_a_view_that_is_not_in_use_is_not_rejected(history: History) -> None:
    history.happen(learned("day-1"), learned("day-2"))
    history.decide(decide, approve("day-2"))
    with pytest.raises(WrongState, match="not in use"):
        decide(history.state, reject("day-1"), "person:wang", history.now)


@pytest.mark.parametrize("command", [approve("day-9"), reject("day-9")])
def test_an_unknown_view_is_refused_with_the_way_out(history: History, command: object) -> None:
    with pytest.raises(NotFound, match="no reference view day-9") as refused:
        decide(history.state, command, "person:wang", history.now)  # type: ignore[arg-type]
    assert "hub references list" in refused.value.hint
    with pytest.raises(NotFound, match="No camera nowhere"):
        decide(history.state, ApproveReference(camera="nowhere", reference="day-1"), "person:wang", history.now)


def test_learning_anew_keeps_what_was_as_history_and_proposes_from_the_beginning(history: History) -> None:
    history.happen(learned("day-1"), learned("infrared-2", "infrared"))
    history.decide(decide, approve("day-1"))
    history.decide(decide, RelearnCamera(camera=CAMERA, reason="the mast was moved"))
    assert states(history) == {"day-1": "superseded", "infrared-2": "superseded"}
    assert history.state.cameras[CAMERA].references["day-1"].reason == "the mast was moved"
    history.happen(learned("day-3"))
    assert states(history)["day-3"] == "proposed"


def test_a_view_that_was_learned_at_the_instant_of_learning_anew_does_not_come_back_as_a_proposal(
    history: History,
) -> None:
    history.decide(decide, RelearnCamera(camera=CAMERA, reason="the mast was moved"))
    history.happen(learned("day-1"))  # on its way when learning anew was asked for
    outdated = replace(learned("day-1"), outdated=True)
    assert is_news(history.state.cameras[CAMERA].references, outdated)
    history.happen(outdated)
    assert states(history) == {"day-1": "superseded"}
    assert decided(history.state.cameras[CAMERA].references) == {"day-1": "superseded"}
    assert not is_news(history.state.cameras[CAMERA].references, outdated)
    history.happen(learned("day-2"))
    assert states(history)["day-2"] == "proposed"


def test_a_view_of_before_that_was_never_told_of_is_on_record_and_not_in_use(history: History) -> None:
    history.decide(decide, RelearnCamera(camera=CAMERA, reason="the mast was moved"))
    history.happen(replace(learned("day-1"), outdated=True))
    assert states(history) == {"day-1": "superseded"}


def test_a_view_of_before_to_which_somebody_went_back_stays_approved(history: History) -> None:
    history.happen(learned("day-1"))
    history.decide(decide, RelearnCamera(camera=CAMERA, reason="the mast was moved"))
    history.decide(decide, approve("day-1"))
    history.happen(replace(learned("day-1"), outdated=True))
    assert states(history) == {"day-1": "approved"}


def test_the_watch_repeats_itself_and_only_a_picture_that_came_late_is_news(history: History) -> None:
    without = ReferenceLearned(camera=CAMERA, reference="day-1", light="day")
    assert is_news({}, without)
    history.happen(without)
    known = history.state.cameras[CAMERA].references
    assert not is_news(known, without)
    assert is_news(known, learned("day-1"))
    history.decide(decide, approve("day-1"))
    history.happen(learned("day-1"))
    view = history.state.cameras[CAMERA].references["day-1"]
    assert view.picture is not None
    assert view.state == "approved"
    assert not is_news(history.state.cameras[CAMERA].references, learned("day-1"))


def test_a_view_without_a_name_of_a_former_version_is_no_view_to_decide_about(history: History) -> None:
    history.happen(ReferenceLearned(camera=CAMERA, picture=Picture(path="old.jpg", sha256="00")))
    assert history.state.cameras[CAMERA].references == {}


def test_a_view_that_was_closed_long_ago_is_told_from_one_that_waits(history: History) -> None:
    for number in range(1, CLOSED_KEPT + 3):
        history.happen(learned(f"day-{number}"))
        history.decide(decide, RelearnCamera(camera=CAMERA, reason="the mast was moved"))
    history.happen(learned("day-99"))
    known = history.state.cameras[CAMERA].references
    assert "day-1" not in known
    assert "day-1" not in decided(known)
    assert proposed(known) == ["day-99"]


def test_the_watch_is_told_what_people_decided_and_not_what_it_proposed(history: History) -> None:
    history.happen(learned("day-1"), learned("dim-2", "dim"), learned("day-3"))
    history.decide(decide, approve("day-3"))
    assert decided(history.state.cameras[CAMERA].references) == {"day-1": "superseded", "day-3": "approved"}


@given(
    st.lists(
        st.one_of(
            st.builds(
                learned,
                st.integers(1, 9).map(lambda n: f"day-{n}"),
                st.sampled_from(["day", "dim"]),
                st.sampled_from(["", "1"]),
            ),
            st.integers(1, 9).map(lambda n: approve(f"day-{n}")),
            st.integers(1, 9).map(lambda n: reject(f"day-{n}")),
            st.just(RelearnCamera(camera=CAMERA, reason="moved")),
        ),
        max_size=40,
    )
)
def test_whatever_happens_one_view_of_a_light_and_position_is_approved_at_most(steps: list[object]) -> None:
    history = History()
    history.happen(SiteConfigured(site=SITE))
    rejected: set[str] = set()
    for step in steps:
        if isinstance(step, Event):
            history.happen(step)
        else:
            try:
                history.decide(decide, step)
            except Refused:
                continue
        views = history.state.cameras[CAMERA].references
        approved = [(view.light, view.preset) for view in views.values() if view.state == "approved"]
        assert len(approved) == len(set(approved))
        rejected |= {view.id for view in views.values() if view.state == "rejected"}
        assert all(views[name].state == "rejected" for name in rejected), "a rejected view came back"
        assert all((view.state == "approved") <= bool(view.approved_by) for view in views.values())


def test_history_is_bounded_and_what_stands_is_never_dropped(history: History) -> None:
    history.happen(learned("day-0"))
    history.decide(decide, approve("day-0"))
    for number in range(1, CLOSED_KEPT + 10):
        history.happen(
            learned(f"dim-{number}", "dim"),
            ReferenceRejected(camera=CAMERA, reference=f"dim-{number}", reason="no"),
        )
    views = history.state.cameras[CAMERA].references
    assert len(views) == CLOSED_KEPT + 1
    assert views["day-0"].state == "approved"
    assert f"dim-{CLOSED_KEPT + 9}" in views
    assert "dim-1" not in views
    assert history.now - views["day-0"].learned_at > timedelta(0)


def test_what_becomes_of_views_of_a_camera_is_that_cameras_affair(history: History) -> None:
    history.happen(learned("day-1"), ReferenceLearned(camera="press-1", reference="day-1"))
    history.happen(CameraRelearned(camera="press-1", reason="moved"))
    assert states(history) == {"day-1": "proposed"}
    assert history.state.cameras["press-1"].references["day-1"].state == "superseded"
