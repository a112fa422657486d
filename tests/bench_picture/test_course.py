"""What counts as found, on made-up timelines."""

from collections.abc import Sequence

from bench.picture.classes import CLASSES, Class
from bench.picture.course import Course, follow

BLUR, BLACK, COVER = CLASSES["blur"], CLASSES["black"], CLASSES["cover"]


def course_of(
    klass: Class, timeline: Sequence[str], *, before: str = "", onset_s: float = 0.0, step_s: float = 2.0
) -> Course:
    """A course over pictures `step_s` apart; each entry names the kinds that stand, apart by blanks."""
    course = Course(frozenset(before.split()))
    for number, standing in enumerate(timeline, start=1):
        course = follow(course, klass, set(standing.split()), set(), True, number * step_s, onset_s)
    return course


def test_a_new_finding_of_the_class_is_found_when_it_rises():
    course = course_of(BLUR, ["", "", "picture.blurred", "picture.blurred"])
    assert course.delay_s == 6.0
    assert course.rose == ("picture.blurred",)


def test_a_finding_that_stood_before_does_not_count():
    assert course_of(BLUR, ["picture.blurred"] * 5, before="picture.blurred").delay_s is None


def test_a_finding_that_stood_before_counts_when_it_ends_and_comes_again():
    course = course_of(BLUR, ["picture.blurred", "", "picture.blurred"], before="picture.blurred")
    assert course.delay_s == 6.0


def test_a_finding_of_another_class_is_noted_and_does_not_count():
    course = course_of(BLUR, ["view.moved", "view.moved"])
    assert course.delay_s is None
    assert course.rose == ("view.moved",)


def test_an_accepted_neighbour_counts_and_stays_the_first_that_was_told():
    course = course_of(COVER, ["", "picture.dark", "picture.dark view.obstructed"])
    assert course.delay_s == 4.0
    assert course.rose == ("picture.dark", "view.obstructed")


def test_of_two_that_rise_together_the_right_one_is_told_first():
    assert course_of(BLACK, ["picture.dark picture.black"]).rose == ("picture.black", "picture.dark")


def test_the_delay_runs_from_full_effect_and_is_never_negative():
    assert course_of(BLUR, ["", "", "", "picture.blurred"], onset_s=5.0).delay_s == 3.0
    assert course_of(BLUR, ["picture.blurred"], onset_s=600.0).delay_s == 0.0


def test_a_picture_counts_as_judged_unless_every_accepted_kind_is_undecided():
    course = Course(frozenset())
    course = follow(course, BLUR, set(), {"picture.blurred"}, True, 2.0, 0.0)
    course = follow(course, BLUR, set(), set(BLUR.accepted), True, 4.0, 0.0)
    course = follow(course, BLUR, set(), set(), False, 6.0, 0.0)
    course = follow(course, BLUR, set(), set(), True, 8.0, 0.0)
    assert course.judged == 0.5
