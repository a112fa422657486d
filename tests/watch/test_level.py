from hub.core.text import Text
from hub.vision.judge import PictureFinding, Verdict
from hub.watch import pulse as pulses
from hub.watch.level import LOST, PICTURE_KINDS, REFUSED, Level, Seen, level_of
from hub.watch.messages import WatchSettings

SETTINGS = WatchSettings()
COVERED = PictureFinding(kind="view.obstructed", since_s=100.0)


def live_pulse(at_s: float) -> pulses.Pulse:
    pulse = pulses.connect(pulses.begin(at_s - 1), at_s - 1)
    return pulses.arrive(pulse, at_s, SETTINGS)


def seen(at_s: float, *, judged_s: float = 600.0, raised: frozenset[str] = frozenset(), **verdict: object) -> Seen:
    return Seen(at_s=at_s, since_s=at_s - judged_s, raised=raised, verdict=Verdict(**verdict))  # type: ignore[arg-type]


def level(
    pulse: pulses.Pulse, picture: Seen | None, now_s: float, *, accepted: bool = True, refused_s: float | None = None
) -> Level:
    return level_of(pulse, picture, now_s, SETTINGS, accepted=accepted, refused_s=refused_s, problem="gone")


def test_before_the_first_packet_nothing_is_decided():
    result = level(pulses.begin(0.0), None, 1.0, accepted=False)
    assert (result.signal, result.not_judged) == ("connecting", "starting")
    assert result.undecided == {LOST, REFUSED, *PICTURE_KINDS}


def test_a_lost_signal_is_the_judgement_and_the_picture_stays_undecided():
    result = level(pulses.begin(0.0), seen(0.0, findings=(COVERED,)), 7.0)
    assert (result.signal, result.not_judged) == ("lost", None)
    assert [finding.kind for finding in result.findings] == [LOST]
    assert result.findings[0].detail == Text(en="gone")
    assert result.findings[0].measures == {"silent_s": 7.0}
    assert result.undecided == set(PICTURE_KINDS)


def test_refused_credentials_neither_raise_nor_clear_the_loss():
    result = level(pulses.begin(0.0), None, 60.0, refused_s=0.4)
    assert result.signal == "refused"
    assert [finding.kind for finding in result.findings] == [REFUSED]
    assert result.undecided == {LOST, *PICTURE_KINDS}


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
    late = level(live_pulse(90.0), seen(90.0, judged_s=60.0), 90.1)
    assert late.undecided == set()


def test_a_fault_that_this_process_saw_begin_is_cleared_at_once():
    result = level(live_pulse(50.0), seen(50.0, judged_s=20.0, raised=frozenset({"view.obstructed"})), 50.1)
    assert "view.obstructed" not in result.undecided


def test_packets_without_pictures_make_the_camera_not_judged():
    result = level(live_pulse(500.0), seen(460.0, findings=(COVERED,)), 500.1)
    assert (result.signal, result.not_judged) == ("live", "starting")
    assert result.findings == ()
    assert result.undecided == set(PICTURE_KINDS)
