import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.watch import pulse as pulses
from hub.watch.messages import WatchSettings

SETTINGS = WatchSettings(lost_after_s=6.0, stalled_after_s=2.0, steady_s=2.0, open_timeout_s=3.0)


def flow(pulse: pulses.Pulse, start_s: float, end_s: float, every_s: float = 0.1) -> pulses.Pulse:
    at_s = start_s
    while at_s <= end_s:
        pulse = pulses.arrive(pulse, at_s, SETTINGS)
        at_s += every_s
    return pulse


def live(until_s: float = 10.0) -> pulses.Pulse:
    return flow(pulses.connect(pulses.begin(0.0), 0.1), 0.2, until_s)


def test_a_camera_that_never_answers_is_connecting_and_then_lost_since_the_start():
    pulse = pulses.begin(100.0)
    assert pulses.signal(pulse, 105.9, SETTINGS) == "connecting"
    assert pulses.signal(pulse, 106.1, SETTINGS) == "lost"
    assert pulses.lost_since(pulse, 106.1, SETTINGS) == 100.0


def test_a_silent_stream_is_live_then_stalled_then_lost_since_its_last_packet():
    pulse = live(until_s=10.0)
    last_s = pulse.credible_s
    assert last_s is not None
    assert pulses.signal(pulse, last_s + 1.9, SETTINGS) == "live"
    assert pulses.signal(pulse, last_s + 2.1, SETTINGS) == "stalled"
    assert pulses.signal(pulse, last_s + 6.1, SETTINGS) == "lost"
    assert pulses.lost_since(pulse, last_s + 6.1, SETTINGS) == last_s


def test_the_packet_that_a_timed_out_read_lets_go_of_is_no_sign_of_life():
    pulse = live(until_s=10.0)
    last_s = pulse.credible_s
    assert last_s is not None
    pulse = pulses.arrive(pulse, last_s + 3.0, SETTINGS)
    assert pulses.signal(pulse, last_s + 6.1, SETTINGS) == "lost"


def test_after_a_gap_the_second_packet_proves_life():
    pulse = live(until_s=10.0)
    pulse = pulses.arrive(pulse, 13.5, SETTINGS)
    assert pulses.signal(pulse, 13.51, SETTINGS) == "stalled"
    pulse = pulses.arrive(pulse, 13.6, SETTINGS)
    assert pulses.signal(pulse, 13.61, SETTINGS) == "live"


def test_a_lost_signal_is_restored_only_after_packets_have_flowed_steadily():
    pulse = pulses.connect(pulses.disconnect(live(until_s=10.0)), 20.0)
    pulse = flow(pulse, 20.1, 21.9)
    assert pulses.signal(pulse, 21.95, SETTINGS) == "connecting"
    assert pulses.lost_since(pulse, 21.95, SETTINGS) is not None
    pulse = flow(pulse, 22.0, 22.2)
    assert pulses.signal(pulse, 22.3, SETTINGS) == "live"


def test_short_bursts_do_not_end_a_loss():
    pulse = pulses.disconnect(live(until_s=10.0))
    for start_s in (20.0, 25.0, 30.0, 35.0):
        pulse = pulses.connect(pulse, start_s)
        pulse = flow(pulse, start_s + 0.1, start_s + 1.0)
        assert pulses.lost_since(pulse, start_s + 1.0, SETTINGS) is not None


def test_a_closed_connection_counts_as_connecting_until_the_signal_is_lost():
    pulse = pulses.disconnect(live(until_s=10.0))
    assert pulses.signal(pulse, 11.0, SETTINGS) == "connecting"
    assert pulses.signal(pulse, 16.5, SETTINGS) == "lost"


def test_a_silence_while_the_watch_itself_stood_still_is_no_loss():
    pulse = live(until_s=10.0)
    assert pulses.signal(pulse, 30.0, SETTINGS, excused_s=30.0) == "live"
    for at_s in (30.1, 30.3, 30.5):
        pulse = pulses.arrive(pulse, at_s, SETTINGS, excused_s=30.0)
    assert pulses.signal(pulse, 30.6, SETTINGS, excused_s=30.0) == "live"
    assert pulses.signal(live(until_s=10.0), 36.1, SETTINGS, excused_s=30.0) == "lost"


@pytest.mark.parametrize("every_s", [2.3, 2.9, 3.4, 5.0, 5.9])
def test_a_camera_that_sends_very_seldom_is_live_and_its_loss_is_seen_all_the_same(every_s: float):
    timeout_s = pulses.read_timeout_s(SETTINGS)
    pulse = pulses.connect(pulses.begin(0.0), 0.0)
    at_s = 0.0
    for n in range(1, 20):
        # What comes more seldom than the read timeout is handed out when the read times out.
        at_s = n * every_s + (timeout_s if every_s > timeout_s else 0.0)
        if n > 4:
            assert pulses.signal(pulse, at_s, SETTINGS) == "live"
        pulse = pulses.arrive(pulse, at_s, SETTINGS)
    assert pulse.stalling_since_s is None
    came_s = at_s - (timeout_s if every_s > timeout_s else 0.0)
    if every_s <= timeout_s:
        pulse = pulses.arrive(pulse, at_s + timeout_s, SETTINGS)
    assert pulses.signal(pulse, came_s + 9.5, SETTINGS) == "lost"


@pytest.mark.parametrize("every_s", [1.6, 2.0, 2.5, 2.9])
def test_one_picture_that_goes_missing_of_a_camera_that_sends_seldom_is_no_loss(every_s: float):
    pulse = pulses.connect(pulses.begin(0.0), 0.0)
    for n in (*range(1, 10), *range(11, 20)):
        for part in (0.2, 0.5, 0.8, 0.99):
            at_s = (n - 1 + part) * every_s
            assert pulses.lost_since(pulse, at_s, SETTINGS) is None, f"before picture {n}"
        pulse = pulses.arrive(pulse, n * every_s, SETTINGS)
        if n == 11:
            assert pulses.lost_since(pulse, 11.9 * every_s, SETTINGS) is None, "the next one is awaited"
    assert pulses.signal(pulse, 19 * every_s + 6.1, SETTINGS) == "lost"


@pytest.mark.parametrize("every_s", [0.04, 0.5, 1.6, 2.5, 2.9])
def test_what_a_timed_out_read_lets_go_of_delays_the_loss_by_less_than_the_goal_allows(every_s: float):
    pulse = flow(pulses.connect(pulses.begin(0.0), 0.0), every_s, 20 * every_s, every_s)
    last_s = pulse.arrival_s
    pulse = pulses.arrive(pulse, last_s + pulses.read_timeout_s(SETTINGS), SETTINGS)
    assert pulses.lost_since(pulse, last_s + 9.5, SETTINGS) is not None


def test_a_stream_that_stalls_again_and_again_says_so_until_it_has_flowed_for_minutes():
    pulse = live(until_s=10.0)
    at_s = 10.0
    for n in range(5):
        assert (pulse.stalling_since_s is not None) == (n >= 4)
        pulse = flow(pulse, at_s + 2.6, at_s + 12.6)
        at_s += 12.6
    since_s = pulse.stalling_since_s
    assert since_s is not None
    pulse = flow(pulse, at_s + 0.1, at_s + 100.0)
    assert pulse.stalling_since_s == since_s
    pulse = flow(pulse, at_s + 100.1, at_s + 130.0)
    assert pulse.stalling_since_s is None


@given(
    gaps=st.lists(st.floats(0.01, 12.0), min_size=1, max_size=60),
    silence_s=st.floats(0.0, 30.0),
)
def test_whatever_arrives_a_silence_beyond_the_limit_is_a_loss(gaps: list[float], silence_s: float):
    pulse = pulses.connect(pulses.begin(0.0), 0.0)
    at_s = 0.0
    for gap_s in gaps:
        at_s += gap_s
        pulse = pulses.arrive(pulse, at_s, SETTINGS)
    now_s = at_s + silence_s
    last_credible_s = 0.0 if pulse.credible_s is None else pulse.credible_s
    lost = pulses.lost_since(pulse, now_s, SETTINGS) is not None
    awaited_s = pulses.AWAITED_S if pulse.doubted else 0.0
    assert lost or now_s - last_credible_s <= SETTINGS.lost_after_s + awaited_s
    assert (pulses.signal(pulse, now_s, SETTINGS) == "live") <= (silence_s <= pulses.patience_s(pulse, SETTINGS))


@given(st.lists(st.floats(0.01, 1.5), min_size=1, max_size=60))
def test_packets_without_long_gaps_are_never_a_loss(gaps: list[float]):
    pulse = pulses.connect(pulses.begin(0.0), 0.0)
    at_s = 0.0
    for gap_s in gaps:
        at_s += gap_s
        pulse = pulses.arrive(pulse, at_s, SETTINGS)
        assert pulses.signal(pulse, at_s, SETTINGS) == "live"
