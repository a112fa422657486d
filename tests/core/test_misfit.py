"""What is wrong with a value that was sent, in a sentence."""

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, field

from hub.core.command import Moment
from hub.core.misfit import misfit
from hub.tui.refusals import pattern_of
from hub.tui.sentences import OF_SUBJECTS


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(min_length=1, max_length=5)] = "r"
    password: Annotated[str, Meta(min_length=8)] = "12345678"
    blank: Annotated[str, Meta(pattern=r"\S")] = "x"
    form: Annotated[str, Meta(pattern="^[a-z]+$")] = "x"
    names: Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(min_length=1, max_length=2)] = field(
        default_factory=lambda: ["x"]
    )
    number: Annotated[int, Meta(ge=1, le=9)] = 1
    at: Moment | None = None
    once: bool = False


@pytest.mark.parametrize(
    ("sent", "sentence", "path"),
    [
        ({"reason": ""}, "`reason` must not be empty.", "$.reason"),
        ({"reason": "too long"}, "`reason` must have at most 5 characters.", "$.reason"),
        ({"password": "short"}, "`password` must have at least 8 characters.", "$.password"),
        ({"blank": " "}, "`blank` must not be empty.", "$.blank"),
        ({"form": "7"}, "`form` must have the form ^[a-z]+$.", "$.form"),
        ({"names": []}, "`names` must not be empty.", "$.names"),
        ({"names": ["a", ""]}, "`names[1]` must not be empty.", "$.names[1]"),
        ({"names": ["a", "b", "c"]}, "`names` must have at most 2 entries.", "$.names"),
        ({"number": 0}, "`number` must be at least 1.", "$.number"),
        ({"number": 10}, "`number` must be at most 9.", "$.number"),
        ({"once": "yes"}, "`once` must be true or false, not text.", "$.once"),
        ({"at": [1]}, "`at` must be a time or nothing, not a list.", "$.at"),
        ({"else": 1}, "There is no field `else` here.", "$.else"),
        ([], "What was sent must be an object, not a list.", "$"),
    ],
)
def test_what_does_not_fit_is_said_with_the_field_and_what_is_wanted(sent: object, sentence: str, path: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(sent, Asked)
    assert misfit(str(caught.value)) == (sentence, path)


@pytest.mark.parametrize("at", ["tomorrow", "2026-01-05T18:00:00"])
def test_a_time_that_does_not_fit_is_shown_how_one_looks(at: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"at": at}, Asked)
    found = misfit(str(caught.value))
    assert found.sentence.startswith("`at` must be a time with its zone, such as 2026-")
    assert found.path == "$.at"


def test_the_screen_recognises_the_sentences_in_order_to_translate_them() -> None:
    for said in ("Expected `str` of length >= 8 - at `$.password`", "Object missing required field `reason`"):
        sentence = misfit(said).sentence
        assert any(pattern_of(known).fullmatch(sentence) for known in OF_SUBJECTS), sentence


@given(st.text(max_size=300))
def test_whatever_is_said_there_is_a_sentence(said: str) -> None:
    assert misfit(said).sentence
