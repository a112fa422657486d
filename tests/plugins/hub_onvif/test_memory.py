"""What a device costs: the description of ONVIF is read once, whoever is first."""

import gc
import threading
import tracemalloc

from hub_onvif.options import OnvifOptions
from hub_onvif.session import OnvifSession
from hub_onvif.wsdl import build_request

from tests.servers.onvif import OnvifDevice

_MOST_BYTES = 100_000
_DEVICES = 40


def test_a_device_costs_less_than_100_kb_after_the_first() -> None:
    with OnvifDevice(media2=True) as camera:

        def use() -> OnvifSession:
            session = OnvifSession(camera.access(), OnvifOptions())
            session.describe()
            session.streams(1)
            session.position(1)
            session.health()
            camera.server.forget()
            camera.gate.verdicts.clear()
            return session

        first = use()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        sessions = [use() for _ in range(_DEVICES)]
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert (after - before) / _DEVICES < _MOST_BYTES
        assert [session.describe().serial for session in (first, *sessions)]


def test_many_threads_build_requests_from_one_description() -> None:
    wrong: list[object] = []

    def build(number: int) -> None:
        for turn in range(50):
            request = build_request("ptz", "GotoPreset", ProfileToken=f"p{number}", PresetToken=str(turn))
            if [each.text for each in request] != [f"p{number}", str(turn)]:
                wrong.append(request)

    threads = [threading.Thread(target=build, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
