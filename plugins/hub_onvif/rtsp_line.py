"""One RTSP connection to a device, within the deadline of its call: asked, signed in to, and read.

The way to a device that the hub gives carries HTTP only, so this connection is the plugin's own. It goes to the host in
hub.toml and to no other, waits at most moments at a time, and asks in between whether the call still has time.
"""

import secrets
import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Literal

from hub.api import DeviceAccess, DeviceForbidden, DeviceUnreachable, ProtocolError
from hub_onvif.rtsp import Challenge, Frame, Message, build_request, parse_challenge, refusal_of, sign, take_item

_CONNECT_S = 5.0
_ANSWER_S = 15.0
_LOOK_S = 0.5
"""So often a wait looks whether its call was ended."""
_READ = 256 * 1024
_MOST_HELD = 8 * 1024 * 1024
_MOST_ASIDE = 1000
_HINT = "Let the device's account for the hub replay recordings, with digest authentication for RTSP switched on."

Over = Literal["silent", "gone"]


class RtspLine:
    """For one thread; `close` it."""

    def __init__(self, access: DeviceAccess, host: str, port: int) -> None:
        """Raises `DeviceUnreachable`."""
        self._access = access
        self._buffer = bytearray()
        self._held: deque[Frame] = deque()
        self._held_bytes = 0
        self._number = 0
        self._challenge: Challenge | None = None
        self._count = 0
        self._session = ""
        self.refused_sign_in = False
        """Whether the device refused the name or the password."""
        try:
            self._line = socket.create_connection((host, port), timeout=min(_CONNECT_S, access.left_s()))
        except OSError as error:
            reason = "it did not answer" if isinstance(error, TimeoutError) else error.strerror or "no reason given"
            raise DeviceUnreachable(
                f"The device's port {port} for replays cannot be reached: {reason}.",
                hint="Where a router translates ports, set `rtsp_port`.",
            ) from None

    def ask(self, method: str, url: str, headers: Mapping[str, str] = {}) -> Message:
        """The answer, signed in for where the device wants it. Footage that comes before it is kept for `take`.

        Raises what the device's refusal means, `DeviceUnreachable` where no answer comes, and `ProtocolError`.
        """
        answer = self._exchange(method, url, headers)
        if answer.status == 401:
            self._take_challenge(answer, again=False)
            answer = self._exchange(method, url, headers)
            if answer.status == 401:
                self._take_challenge(answer, again=True)
                answer = self._exchange(method, url, headers)
        if answer.status == 401:
            raise self._refused("The device does not accept the name or the password for replays.")
        refusal = refusal_of(answer.status, method)
        if refusal is not None:
            raise refusal
        self._keep_session(answer)
        return answer

    def send(self, method: str, url: str, headers: Mapping[str, str] = {}) -> None:
        """Ask and leave the answer to `take`."""
        self._number += 1
        head = {"CSeq": str(self._number), "User-Agent": "Watchroom", **headers}
        if self._session:
            head["Session"] = self._session
        signed = self._signed(method, url)
        if signed:
            head["Authorization"] = signed
        data = memoryview(build_request(method, url, head))
        ends_s = monotonic() + _ANSWER_S
        while data:
            self._wait_at_most(ends_s)
            try:
                data = data[self._line.send(data) :]
            except TimeoutError:
                if monotonic() >= ends_s:
                    raise DeviceUnreachable("The device takes no more questions about the replay.") from None
            except OSError:
                raise DeviceUnreachable("The device broke off the replay.") from None

    def take(self, within_s: float) -> Frame | Message | Over:
        """The next whole piece; `silent` where none has come in that time, `gone` where the device has hung up."""
        if self._held:
            frame = self._held.popleft()
            self._held_bytes -= len(frame.data)
            return frame
        return self._read(monotonic() + within_s)

    def renew_challenge(self, answer: Message) -> None:
        """Sign what is asked from now on with what the device wants now."""
        self._challenge, self._count = parse_challenge(answer.headers.get("www-authenticate", ())), 0

    def close(self, url: str = "") -> None:
        """Hang up; with `url`, after telling the device to end the replay of it."""
        with suppress(OSError, DeviceUnreachable, ProtocolError):
            if url and self._session:
                self.send("TEARDOWN", url)
        self._line.close()

    def _exchange(self, method: str, url: str, headers: Mapping[str, str]) -> Message:
        self.send(method, url, headers)
        number, ends_s = str(self._number), monotonic() + _ANSWER_S
        for _ in range(_MOST_ASIDE):
            item = self._read(ends_s)
            while isinstance(item, Frame):
                self._hold(item)
                item = self._read(ends_s)
            if item == "silent":
                raise DeviceUnreachable(f"The device did not answer {method}.")
            if item == "gone":
                raise DeviceUnreachable(f"The device hung up instead of answering {method}.")
            if item.status and item.header("cseq") == number:
                return item
        raise ProtocolError(f"The device answers everything but {method}.")

    def _hold(self, frame: Frame) -> None:
        self._held.append(frame)
        self._held_bytes += len(frame.data) + 64
        if self._held_bytes > _MOST_HELD:
            raise ProtocolError("The device sends footage and does not answer.")

    def _read(self, ends_s: float) -> Frame | Message | Over:
        while True:
            item = take_item(self._buffer)
            if item is not None:
                return item
            if monotonic() >= ends_s:
                return "silent"
            self._wait_at_most(ends_s)
            try:
                data = self._line.recv(_READ)
            except TimeoutError:
                continue
            except OSError:
                return "gone"
            if not data:
                return "gone"
            self._buffer += data

    def _wait_at_most(self, ends_s: float) -> None:
        """Raises `DeviceUnreachable` when the call is over."""
        self._line.settimeout(max(0.01, min(_LOOK_S, ends_s - monotonic(), self._access.left_s())))

    def _keep_session(self, answer: Message) -> None:
        name = answer.header("session").partition(";")[0].strip()
        if name and self._session and name != self._session:
            raise ProtocolError("The device answers for another session than ours.")
        self._session = self._session or name

    def _take_challenge(self, answer: Message, *, again: bool) -> None:
        """Raises unless another try may be made: a refused password is never sent twice."""
        challenge = parse_challenge(answer.headers.get("www-authenticate", ()))
        if challenge is None:
            raise self._refused("The device asks for a sign-in of a kind that the hub does not give to RTSP.")
        signed = self._challenge is not None
        if (signed or again) and not (challenge.stale or (not again and challenge.nonce != self._nonce())):
            raise self._refused("The device does not accept the name or the password for replays.")
        self._challenge, self._count = challenge, 0

    def _nonce(self) -> str:
        return self._challenge.nonce if self._challenge is not None else ""

    def _refused(self, words: str) -> DeviceForbidden:
        self.refused_sign_in = True
        return DeviceForbidden(words, hint=_HINT)

    def _signed(self, method: str, url: str) -> str:
        """Empty where nothing is to be signed. No secret stands here while anything can be raised to the caller."""
        if self._challenge is None:
            return ""
        given = self._access.credentials()
        if given is None:
            return ""
        self._count += 1
        return sign(
            self._challenge,
            user=given.user,
            password=given.password,
            method=method,
            url=url,
            count=self._count,
            cnonce=secrets.token_hex(8),
        )
