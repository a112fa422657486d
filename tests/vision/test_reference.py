import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.vision.bank import Bank
from hub.vision.frame import Frame
from hub.vision.judge import fresh, judge
from hub.vision.reference import MAX_BYTES, VERSION, Reference
from tests.vision.conftest import LIMITS, kinds


@pytest.fixture(scope="module")
def reference(learned) -> Reference:
    return learned("hall", 1).view.reference


@pytest.fixture(scope="module")
def data(reference) -> bytes:
    return reference.to_bytes()


def same(one: Reference, other: Reference) -> bool:
    return all(
        np.array_equal(one_value, getattr(other, name))
        if isinstance(one_value, np.ndarray)
        else one_value == getattr(other, name)
        for name, one_value in ((name, getattr(one, name)) for name in one.__struct_fields__)
    )


def members(data: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def pack(arrays: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def test_a_reference_comes_back_exactly_as_it_was(reference, data) -> None:
    again = Reference.from_bytes(data)
    assert same(again, reference)
    assert type(again.pictures) is int
    assert len(data) < 100_000


def test_a_stored_reference_judges_like_the_learned_one(learned, data) -> None:
    watch = learned("hall", 1)
    stored, direct = fresh(Bank(references=(Reference.from_bytes(data),))), fresh(watch.view.bank)
    for second in range(12):
        gray = watch.camera.shoot(change=lambda image: image * 0 + 90)
        stored, one = judge(stored, Frame(gray), second, LIMITS)
        direct, two = judge(direct, Frame(gray), second, LIMITS)
        assert one == two
    assert kinds(one) == {"view.obstructed"}


@given(st.data())
@settings(max_examples=60)
def test_damage_is_rejected_or_harmless(reference, data, draws) -> None:
    damaged = bytearray(data)
    for _ in range(draws.draw(st.integers(1, 4))):
        damaged[draws.draw(st.integers(0, len(data) - 1))] ^= draws.draw(st.integers(1, 255))
    try:
        again = Reference.from_bytes(bytes(damaged))
    except ValueError:
        return
    assert same(again, reference)


@given(st.floats(0, 0.999))
@settings(max_examples=30)
def test_a_truncated_file_is_rejected(data, part) -> None:
    with pytest.raises(ValueError, match="not a reference view"):
        Reference.from_bytes(data[: int(len(data) * part)])


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_rejected(junk) -> None:
    with pytest.raises(ValueError, match="not a reference view"):
        Reference.from_bytes(junk)


def test_too_much_data_is_rejected_unread() -> None:
    with pytest.raises(ValueError, match="more than"):
        Reference.from_bytes(b"\0" * (MAX_BYTES + 1))


def test_a_small_file_that_unpacks_to_much_is_rejected(data) -> None:
    with pytest.raises(ValueError, match="unpacked"):
        Reference.from_bytes(pack({**members(data), "edges": np.zeros((40, 1000, 1000), np.float16)}))


def test_pickled_objects_are_never_loaded(data) -> None:
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    file = io.BytesIO()
    np.savez(file, **{**members(data), "levels": np.array([Bomb()], object)})
    with pytest.raises(ValueError, match="not a reference view"):
        Reference.from_bytes(file.getvalue())


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("levels", np.zeros((9, 17), np.float32), "levels"),
        ("levels", np.zeros((9, 16), np.float64), "levels"),
        ("energy", np.full((9, 16), np.nan, np.float32), "no numbers"),
        ("edges", np.zeros((2, 90, 160), np.float16), "edges"),
        ("numbers", np.zeros(8), "similarity"),
        ("version", np.array(VERSION + 1), f"version {VERSION + 1}.*it is learned anew"),
    ],
)
def test_contents_that_cannot_be_are_named(data, name, value, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        Reference.from_bytes(pack({**members(data), name: value}))


def test_other_members_are_rejected(data) -> None:
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("more.npy", b"")
    with pytest.raises(ValueError, match="other contents"):
        Reference.from_bytes(file.getvalue())
