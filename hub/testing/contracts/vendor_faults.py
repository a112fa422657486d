"""What a vendor's sessions do when their device does something wrong."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from hub.errors import AuthRejected, DeviceError, DeviceUnreachable
from hub.testing.contracts.impossible import impossible
from hub.testing.contracts.vendor_base import Open, VendorBase
from hub.testing.contracts.vendor_reads import READS
from hub.testing.devices import FAULTS, Fault, open_access
from hub.testing.devices.replies import find_reply

CALM = frozenset({"capabilities", "health", "audit"})
"""Questions that may be answered where what they asked for was not told."""
_READS_WELL = frozenset({"cut", "wrong-length"})
"""Faults that leave a shorter body, which may make sense: lines, say."""
_ANSWERED = (
    *(Fault(403), Fault(404), Fault(500), Fault("html"), Fault("empty"), Fault("noise"), Fault("cut")),
    Fault("entities"),
)
"""Faults of one part: the device itself is there and answers."""
_ACCIDENTS = 48
"""How often the answers to one question are damaged in all."""
_MANY_PARTS = 8
_MOST_THREADS = 32
_LATE_S = 1.0
"""How much later than its deadline a call may come back."""


class VendorFaults(VendorBase):
    """Faults of every kind, at every part: errors of the taxonomy, in time, and the rest goes on."""

    def test_nobody_there_is_unreachable(self, opened: Open) -> None:
        with self.device() as server:
            address = server.address
        access = open_access(address, user=self.user, password=self.password)
        desk = opened(access)
        answers = desk.ask_all()
        access.shut()
        assert isinstance(answers["describe"], DeviceUnreachable)
        assert isinstance(answers["health"], DeviceUnreachable), "health() of a device that is gone"

    @pytest.mark.parametrize("fault", FAULTS, ids=str)
    def test_a_device_that_does_everything_wrong_raises_device_errors_in_time(self, opened: Open, fault: Any) -> None:
        def ask(name: str) -> None:
            desk = opened(server.access())
            desk.within_s = within_s
            before, began = len(server.requests), time.monotonic()
            value = desk.ask(name)
            took_s, asked = time.monotonic() - began, slow or len(server.requests) > before
            told = f"{name} of a device with '{fault}': {value!r}"
            if name == "describe":
                assert isinstance(value, DeviceError), told
            if asked and name not in CALM and fault not in _READS_WELL and not isinstance(value, DeviceError):
                assert self._from_memory(opened, name), told
            assert not isinstance(value, AuthRejected), f"only a refusal is AuthRejected; {told}"
            assert took_s < within_s + _LATE_S, f"{name} took {took_s:.1f} s"

        slow = fault in ("hang", "drip")
        within_s = self.short_deadline_s if slow else self.deadline_s
        with self.device() as server:
            names = [read.name for read in opened(server.access()).reads()]
            server.set_all(Fault(fault))
            # Those that wait for their deadline wait together.
            with ThreadPoolExecutor(len(names) if slow else 1) as threads:
                list(threads.map(ask, names))

    def test_a_part_that_goes_wrong_leaves_the_rest(self, opened: Open) -> None:
        for read in READS:
            parts = self.parts(opened, read.name)
            with self.device() as server:
                access = server.access()
                for number, (method, path, operation) in enumerate(parts):
                    for fault in _share(_ANSWERED, number, len(parts), whole=read.name == "health"):
                        with server.changed(method, path, fault, operation=operation):
                            value = opened(access).ask(read)
                        if read.name == "health" and len(parts) > 1:
                            told = f"{path} {operation} with '{fault.kind}' ended health(): {value!r}"
                            assert not isinstance(value, DeviceError), told
                assert not access.latched

    def test_a_part_that_hangs_keeps_nobody_longer_than_the_deadline(self, opened: Open) -> None:
        def ask(part: tuple[str, str, str]) -> None:
            with self.device() as server:
                desk = opened(server.access())
                desk.within_s = self.short_deadline_s
                server.set(part[0], part[1], Fault("hang"), operation=part[2])
                began = time.monotonic()
                desk.ask("health")
                assert time.monotonic() - began < self.short_deadline_s + _LATE_S

        parts = self.parts(opened, "health")
        with ThreadPoolExecutor(min(_MOST_THREADS, len(parts))) as threads:
            list(threads.map(ask, parts))

    def test_answers_with_damage_raise_device_errors(self, opened: Open) -> None:
        dice = random.Random(69)  # noqa: S311 - the same damage each time
        for read in READS:
            parts = self.parts(opened, read.name)
            for method, path, operation in parts:
                good = find_reply(self.replies(), method, path, operation)
                if good is None or good.stream is not None:
                    continue
                with self.device() as server:
                    access = server.access(direct=True)
                    for _ in range(max(2, _ACCIDENTS // len(parts))):
                        damaged = msgspec.structs.replace(good, body=_damaged(good.body, dice))
                        server.set(method, path, damaged, operation=operation)
                        desk = opened(access)
                        # What it means is another matter: damage may leave a body that reads well.
                        with suppress(DeviceError), access.deadline(self.deadline_s):
                            read.ask(desk.session, desk.asked)
                    assert not access.latched

    def test_values_that_cannot_be_raise_device_errors_or_keep_their_promises(self, opened: Open) -> None:
        tried = set()
        for read in READS:
            for part in self.parts(opened, read.name):
                good = find_reply(self.replies(), *part)
                if part in tried or good is None or good.stream is not None:
                    continue
                tried.add(part)
                with self.device() as server:
                    access = server.access(direct=True)
                    for body in impossible(good.body):
                        server.set(part[0], part[1], msgspec.structs.replace(good, body=body), operation=part[2])
                        value = opened(access).ask(read)
                        assert not isinstance(value, AuthRejected), f"{part[1]} {part[2]}: {value!r}"
                    assert not access.latched

    def _from_memory(self, opened: Open, name: str) -> bool:
        """Whether a question is answered without the device, as the address of a stream may be."""
        return not self.parts(opened, name)


def _share(faults: Sequence[Fault], number: int, parts: int, *, whole: bool) -> Sequence[Fault]:
    """The faults that are tried at one part: where there are many parts each gets three, and all are tried somewhere.

    A question of many parts asks all of them each time, so that trying everything would take a square of them.
    """
    if whole or parts <= _MANY_PARTS:
        return faults
    return [faults[(3 * number + turn) % len(faults)] for turn in range(3)]


def _damaged(body: bytes, dice: random.Random) -> bytes:
    """The body after one accident."""
    start = dice.randrange(len(body) + 1)
    end = min(len(body), start + dice.randrange(1, 40))
    pieces = (b"", b"<", b"&", b"\x00", b"\xff\xfe", b"9" * 400, b"{", b'"', b"=", b"\n", body[start:end] * 2)
    return body[:start] + dice.choice(pieces) + body[end if dice.random() < 0.7 else start :]
