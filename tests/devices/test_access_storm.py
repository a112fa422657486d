"""Many threads, faults and cuts at once: only errors of the taxonomy, no thread that stays, no socket that is left."""

import random
import threading
import time
from pathlib import Path

import pytest

from hub.clock import SystemClock
from hub.devices.access import build_access
from hub.devices.trust import TlsTrust
from hub.errors import DeviceUnreachable, ProtocolError
from hub.testing.devices import Fault, FaultKind, ReplayServer, Reply
from hub.vendor.access import Credentials

_KINDS: tuple[FaultKind, ...] = ("hang", "drip", "closed", "truncated", "garbage", "endless")
_REPLIES: dict[tuple[str, str], Reply | Fault] = {
    ("GET", "/good"): Reply(body=b"yes" * 1000),
    ("POST", "/good"): Reply(body=b"yes", chunked=True),
    ("GET", "/stream"): Reply(stream=[b"one", 0.01, b"two"]),
    **{("GET", f"/{kind}"): Fault(kind) for kind in _KINDS},
}


@pytest.mark.parametrize("tls", [False, True])
def test_a_storm_leaves_nothing_behind(tls: bool) -> None:
    with ReplayServer(_REPLIES, user="hub", password="word", tls=tls) as server:
        before = _open_files()
        trust = TlsTrust(fingerprint=server.fingerprint)
        access = build_access("gate-1", server.address, lambda: Credentials("hub", "word"), trust, SystemClock())
        strange: list[BaseException] = []
        done = [0] * 6

        def work(number: int) -> None:
            dice = random.Random(number)
            while not access.closed:
                method, path = dice.choice(list(_REPLIES))
                try:
                    with access.deadline(dice.uniform(0.02, 0.2)):
                        if path == "/stream":
                            with access.stream(method, path, idle_s=0.1) as flow:
                                for _ in flow:
                                    pass
                        else:
                            access.request(method, path, limit=200_000)
                except (DeviceUnreachable, ProtocolError):
                    pass
                except BaseException as error:
                    strange.append(error)
                    return
                done[number] += 1

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(done))]
        for thread in threads:
            thread.start()
        dice, ends = random.Random(99), time.monotonic() + 2.0
        while time.monotonic() < ends:
            access.abort(dice.choice(threads).ident or 0)
            time.sleep(0.01)
        access.close()
        closed = time.monotonic()
        for thread in threads:
            thread.join(max(0.0, closed + 2.0 - time.monotonic()))
        assert not any(thread.is_alive() for thread in threads)
        access.shut()
        assert strange == []
        assert access.latched == ""
        assert min(done) > 2
    ends = time.monotonic() + 5.0
    while _open_files() > before and time.monotonic() < ends:
        time.sleep(0.01)
    assert _open_files() <= before


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
