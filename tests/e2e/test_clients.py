"""Screens and other clients only look: they may come, go and be killed, and the hub goes on as before."""

import asyncio
import os
import pty
import signal
import subprocess
import threading

from hub.client.http import HttpClient, find_hub
from hub.core.cameras.commands import RetryCamera
from hub.core.findings import CameraRetried
from hub.core.people.events import SignedIn, SignedOut
from tests.e2e.hubs import HUB, PASSWORD, Site

ADMIN = {"HUB_ACCOUNT": "admin", "HUB_PASSWORD": PASSWORD}


class Screen:
    """`hub tui` on a terminal of its own."""

    def __init__(self, site: Site) -> None:
        self._terminal, theirs = pty.openpty()
        self._shown = bytearray()
        self.process = subprocess.Popen(
            [*HUB, "tui", "--site", str(site.folder)],
            env={**site.env, **ADMIN, "TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while more := os.read(self._terminal, 65_536):
                self._shown += more
        except OSError:  # the far end of a terminal that was closed
            return

    def shows(self, word: str) -> bool:
        return word.encode() in self._shown

    def press(self, key: str) -> None:
        os.write(self._terminal, key.encode())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self._reader.join(5)
        os.close(self._terminal)


def test_two_screens_and_eight_followers_see_the_same_and_leave_nothing_behind_when_they_are_killed(
    site: Site, closed_port: int
) -> None:
    site.add_camera("gate-7", f"rtsp://127.0.0.1:{closed_port}/x")
    site.start()
    screens = [Screen(site) for _ in range(2)]
    try:
        for screen in screens:
            site.until(lambda screen=screen: screen.shows("gate-7"), 30, "the screen shows the camera")
        site.recorded(SignedIn, count=2)
        seen = asyncio.run(_followed(site))
    finally:
        for screen in screens:
            screen.kill()
    retried = [record.seq for record in site.records(CameraRetried)]
    assert len(retried) == 3
    assert seen == [retried] * 8
    # Going leaves no act of a person on record, and neither does looking; and the next one is served as before.
    acts = [type(record.event) for record in site.records() if record.actor == "person:admin"]
    assert set(acts) == {SignedIn, CameraRetried}
    assert site.json("status")["health"]["journal"]["blocked"] == ""
    assert [type(record.event) for record in site.records() if record.actor == "person:admin"] == acts
    assert site.stop() < 5
    assert "Traceback" not in site.words()


def test_a_screen_that_was_signed_in_by_the_environment_signs_out_when_it_is_left(site: Site) -> None:
    site.start()
    screen = Screen(site)
    try:
        site.until(lambda: screen.shows("Nothing"), 30, "the screen shows what waits")
        site.recorded(SignedIn)
        screen.press("\x11")
        site.until(lambda: site.records(SignedOut), 10, "the sign-in is ended")
    finally:
        screen.kill()


async def _followed(site: Site) -> list[list[int]]:
    """What eight followers saw of three commands; half of them are torn away instead of closed."""
    address = find_hub(site.folder)
    clients = [HttpClient(address) for _ in range(8)]
    for client in clients:
        await client.sign_in("admin", PASSWORD)
    position = (await clients[0].site()).position
    seen: list[list[int]] = [[] for _ in clients]

    async def follow(client: HttpClient, found: list[int]) -> None:
        async for records in client.follow(position):
            found += [record.seq for record in records if record.type == "camera.retried"]
            if len(found) >= 3:
                await asyncio.sleep(60)

    tasks = [asyncio.create_task(follow(client, found)) for client, found in zip(clients, seen, strict=True)]
    for _ in range(3):
        await clients[0].send(RetryCamera(camera="gate-7"))
    async with asyncio.timeout(15):
        while not all(len(found) == 3 for found in seen):
            await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for client in clients[:4]:
        await client.close()
    return seen
