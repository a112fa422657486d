from hub.testing.clock import FakeClock
from hub.watch.standstill import Standstill


def test_a_process_that_ticks_never_stood_still():
    clock = FakeClock()
    clock.advance(100)
    still = Standstill(clock)
    for _ in range(20):
        clock.advance(0.25)
        assert still.tick() == 0.0
        assert still.until_s() == 0.0


def test_a_late_tick_says_for_how_long_and_until_when():
    clock = FakeClock()
    still = Standstill(clock)
    clock.advance(8)
    assert still.tick() == 8.0
    clock.advance(0.25)
    assert still.tick() == 0.0
    assert still.until_s() == 8.0


def test_whoever_wakes_before_the_ticking_knows_it_too():
    clock = FakeClock()
    still = Standstill(clock)
    clock.advance(8)
    assert still.until_s() == 8.0


def test_a_process_that_is_late_again_and_again_is_slow_and_gets_no_excuse_for_it():
    clock = FakeClock()
    still = Standstill(clock)
    clock.advance(2)
    assert still.tick() == 2.0
    assert still.until_s() == 2.0
    for _ in range(8):
        clock.advance(2)
        assert still.until_s() == 2.0
        assert still.tick() == 2.0
        assert still.until_s() == 2.0
    clock.advance(8)
    assert still.until_s() == clock.monotonic(), "a long pause is one all the same"
