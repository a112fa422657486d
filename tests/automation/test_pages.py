"""Mappings that are never changed: what they hold, what they share, and that they survive being written down."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hub.automation.pages import Pages

KEYS = st.text("abc", max_size=2)
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.integers(0, 9)), max_size=40)


class Kept(msgspec.Struct, frozen=True):
    numbers: Pages[int] = Pages()
    words: Pages[tuple[str, ...]] = Pages()


def changed(changes: list[tuple[str, int | None]]) -> tuple[Pages[int], dict[str, int]]:
    pages, plain = Pages[int](), dict[str, int]()
    for key, value in changes:
        if value is None:
            pages = pages.drop(key)
            plain.pop(key, None)
        else:
            pages = pages.put(key, value)
            plain[key] = value
    return pages, plain


@given(CHANGES)
def test_it_holds_what_a_dictionary_would(changes: list[tuple[str, int | None]]) -> None:
    pages, plain = changed(changes)
    assert dict(pages.items()) == plain
    assert sorted(pages.values()) == sorted(plain.values())
    assert (len(pages), bool(pages)) == (len(plain), bool(plain))
    assert all(pages.get(key) == plain.get(key) and (key in pages) == (key in plain) for key, _ in changes)


@given(CHANGES, CHANGES)
def test_what_was_taken_from_it_before_stays_what_it_was(
    first: list[tuple[str, int | None]], then: list[tuple[str, int | None]]
) -> None:
    pages, plain = changed(first)
    for key, value in then:
        assert (pages.drop(key) if value is None else pages.put(key, value)) is not None
        assert dict(pages.items()) == plain


@given(CHANGES)
def test_two_that_hold_the_same_are_equal_however_they_came_to_it(changes: list[tuple[str, int | None]]) -> None:
    pages, plain = changed(changes)
    assert pages == changed([(key, value) for key, value in reversed(plain.items())])[0]


@given(CHANGES)
def test_it_can_be_written_down(changes: list[tuple[str, int | None]]) -> None:
    kept = Kept(changed(changes)[0], Pages[tuple[str, ...]]().put("x", ("y",)))
    for module in (msgspec.json, msgspec.msgpack):
        codec: Any = module
        assert codec.decode(codec.encode(kept), type=Kept) == kept


def test_a_change_shares_everything_but_the_way_to_what_changed() -> None:
    pages = Pages[int]()
    for number in range(5_000):
        pages = pages.put(f"key-{number}", number)
    other = pages.put("key-7", 0)
    same = [
        page is other.pages[high][low]
        for high, shelf in pages.pages.items()
        for low, page in shelf.items()
        if (high, low) != _place(pages, "key-7")
    ]
    assert len(same) > 1_000
    assert all(same)
    assert pages.drop("nothing") is pages


def test_what_is_stale_goes_when_its_page_is_changed() -> None:
    pages = Pages[int]()
    for number in range(100_000):
        pages = pages.put(f"key-{number}", number, lambda _, value, now=number: value < now - 100)  # type: ignore[misc]
    assert 100 <= len(pages) < 6_000
    assert pages.get("key-99999") == 99_999


def test_it_can_be_thinned_out_and_mapped() -> None:
    pages = Pages[int]().put("a", 1).put("b", 2)
    assert dict(pages.only(lambda key, _: key == "b").items()) == {"b": 2}
    assert dict(pages.mapped(lambda _, value: value * 10).items()) == {"a": 10, "b": 20}
    assert not pages.mapped(lambda _, value: None)


def _place(pages: Pages[int], key: str) -> tuple[int, int]:
    return next((high, low) for high, shelf in pages.pages.items() for low, page in shelf.items() if key in page)
