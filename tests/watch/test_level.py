import pytest
from msgspec.structs import replace

from hub.core.text import Text
from hub.vision.judge import PictureFinding, Verdict
from hub.watch import pulse as pulses
from hub.watch.level import LOST, PICTURE_KINDS, REFUSED, STALLED, Level, Seen, Sight, level_of, limits_of, see_key
from hub.watch.messages import WatchSettings

SETTINGS = WatchSettings()
COVERED = PictureFinding(kind="view.obstructed", since_s=100.0)


def live_pulse(at_s: float) -> pulses.Pulse:
    pulse = pulses.connect(pulses.begin(at_s - 1000), at_s - 2)
    for early_s in (1.0, 0.5, 0.0):
        pulse = pulses.arrive(pulse, at_s - early_s, SETTINGS)
    return replace(pulse, lost_since_s=None, steady_from_s=None)


def seen(at_s: float, *, judged_s: float = 600.0, raised: frozenset[str] = frozenset(), **verdict: object) -> Seen:
    return Seen(at_s=at_s, since_s=at_s - judged_s, raised=raised, verdict=Verdict(**verdict))  # type: ignore[arg-type]


def level(
    pulse: pulses.Pulse,
    picture: Seen | None,
    now_s: float,
    *,
    sight: Sight | None = None,
    accepted: bool = True,
    refused_s: float | None = None,
) -> Level:
    sight = sight or Sight(picture_s=picture.at_s if picture else None, key_every_s=2.0)
    return level_of(
        pulse,
        sight,
        picture,
        now_s,
        SETTINGS,
        accepted=accepted,
        refused_s=refused_s,
        problem=Text(en="gone"),
    )


def test_before_the_first_packet_nothing_is_decided():
    result = level(pulses.begin(0.0), None, 1.0, accepted=False)
    assert (result.signal, result.not_judged) == ("connecting", "starting")
    assert result.undecided == {LOST, REFUSED, STALLED, *PICTURE_KINDS}


def test_a_lost_signal_is_the_judgement_and_the_picture_stays_undecided():
    result = level(pulses.begin(0.0), seen(0.0, findings=(COVERED,)), 7.0)
    assert (result.signal, result.not_judged) == ("lost", None)
    assert [finding.kind for finding in result.findings] == [LOST]
    assert result.findings[0].detail == Text(en="gone")
    assert result.findings[0].measures == {"silent_s": 7.0}
    assert result.undecided == {STALLED, *PICTURE_KINDS}


def test_refused_credentials_neither_raise_nor_clear_the_loss():
    result = level(pulses.begin(0.0), None, 60.0, refused_s=0.4)
    assert result.signal == "refused"
    assert [finding.kind for finding in result.findings] == [REFUSED]
    assert result.undecided == {LOST, STALLED, *PICTURE_KINDS}


def test_while_the_credentials_are_tried_the_refusal_stands():
    result = level(pulses.begin(0.0), None, 7.0, accepted=False)
    assert result.signal == "lost"
    assert REFUSED in result.undecided


def test_a_learning_camera_is_not_judged():
    result = level(live_pulse(50.0), seen(50.0, judged_s=10, learning=True, undecided=("view.moved",)), 50.1)
    assert (result.signal, result.not_judged) == ("live", "learning")


def test_a_judged_camera_says_so_and_names_what_it_cannot_decide():
    result = level(live_pulse(200.0), seen(200.0, findings=(COVERED,), undecided=("picture.blurred",)), 200.1)
    assert (result.signal, result.not_judged) == ("live", None)
    assert result.findings == (COVERED,)
    assert result.undecided == {"picture.blurred"}


def test_a_fault_from_before_a_restart_is_not_cleared_before_it_had_time_to_show_again():
    early = level(live_pulse(50.0), seen(50.0, judged_s=20.0), 50.1)
    assert early.not_judged is None
    assert "view.obstructed" in early.undecided
    late = level(live_pulse(90.0), seen(90.0, judged_s=limits_of(SETTINGS).settled_s), 90.1)
    assert late.undecided == set()


def test_a_fault_that_this_process_saw_begin_is_cleared_at_once():
    result = level(live_pulse(50.0), seen(50.0, judged_s=20.0, raised=frozenset({"view.obstructed"})), 50.1)
    assert "view.obstructed" not in result.undecided


def test_packets_without_pictures_make_the_camera_not_judged():
    result = level(live_pulse(500.0), seen(460.0, findings=(COVERED,)), 500.1)
    assert (result.signal, result.not_judged) == ("live", "starting")
    assert result.findings == ()
    assert result.undecided == set(PICTURE_KINDS)


def flowing(from_s: float, to_s: float) -> pulses.Pulse:
    pulse = pulses.connect(pulses.begin(from_s), from_s)
    for tenth in range(round((to_s - from_s) * 5) + 1):
        pulse = pulses.arrive(pulse, from_s + tenth / 5, SETTINGS)
    return pulse


@pytest.mark.parametrize(("key_every_s", "patience_s"), [(2.0, 30.0), (20.0, 60.0)])
def test_packets_of_which_no_picture_can_be_made_are_a_stall_and_no_loss(key_every_s: float, patience_s: float):
    sight = Sight()
    for at_s in (0.0, key_every_s):
        sight = see_key(sight, at_s)
    sight = Sight(picture_s=key_every_s, key_s=sight.key_s, key_every_s=sight.key_every_s)
    picture = seen(key_every_s)
    before_s, after_s = key_every_s + patience_s - 0.5, key_every_s + patience_s + 0.5
    before = level(flowing(0.0, before_s), picture, before_s, sight=sight)
    assert before.findings == ()
    after = level(flowing(0.0, after_s), picture, after_s, sight=sight)
    assert (after.signal, [finding.kind for finding in after.findings]) == ("live", [STALLED])
    assert after.findings[0].since_s == key_every_s
    assert after.findings[0].detail.zh
    again = level(flowing(0.0, 100.0), seen(100.0), 100.0, sight=Sight(picture_s=100.0, key_every_s=key_every_s))
    assert STALLED not in {finding.kind for finding in again.findings} | again.undecided


def test_a_stream_whose_first_key_frame_takes_long_is_given_time_for_it():
    assert level(flowing(0.0, 80.0), None, 80.0, sight=Sight()).findings == ()
    assert [found.kind for found in level(flowing(0.0, 91.0), None, 91.0, sight=Sight()).findings] == [STALLED]


def test_a_camera_with_rare_key_frames_stays_judged_between_them():
    sight = Sight(picture_s=400.0, key_s=400.0, key_every_s=60.0)
    assert level(flowing(0.0, 450.0), seen(400.0), 450.0, sight=sight).not_judged is None
    assert level(flowing(0.0, 500.0), seen(400.0), 500.0, sight=sight).not_judged == "starting"


def test_a_stream_that_keeps_stopping_is_a_finding_while_it_is_live():
    pulse = replace(flowing(0.0, 100.0), stalling_since_s=40.0)
    result = level(pulse, seen(100.0), 100.0)
    assert [(found.kind, found.since_s) for found in result.findings] == [(STALLED, 40.0)]
