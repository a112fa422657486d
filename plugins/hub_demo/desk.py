"""Speaking with the demo's hub as a program of your own would: over its API, on its unix socket."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx2

_LARGEST_ANSWER = 16 * 1024 * 1024


class Refusal(Exception):
    """The hub refused, in its own words."""


class Person:
    """Somebody who is signed in. Use it as a context: at its end they sign out again."""

    def __init__(self, http: httpx2.Client, account: str, password: str) -> None:
        """Raises `Refusal` when the hub lets nobody in by that name and password, or does not answer."""
        self._http = http
        self._headers: dict[str, str] = {}
        body = {"account": account, "password": password, "client": "cli", "place": socket.gethostname()}
        self._headers = {"authorization": f"Bearer {self._call('POST', 'sign-in', body)['token']}"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._call("POST", "sign-out", {})

    def ask(self, path: str) -> Any:
        """What the hub answers to `GET /api/{path}`. Raises `Refusal`."""
        return self._call("GET", path)

    def give(self, command: str, **fields: Any) -> list[dict[str, Any]]:
        """Give a command by its wire name; the events that it led to. Raises `Refusal`."""
        written = self._call("POST", "commands", {"type": command, **fields})
        return [record["event"] for record in written]

    def attach(self, name: str, data: bytes) -> str:
        """Hand a file over, as commands name it: its id. Raises `Refusal`."""
        handed: str = self._call("POST", "attachments", params={"name": name}, content=data)["id"]
        return handed

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
        try:
            answer = self._http.request(method, f"/api/{path}", json=body, headers=self._headers, **more)
        except httpx2.HTTPError as error:
            raise Refusal(f"The hub does not answer: {type(error).__name__}.") from error
        if len(answer.content) > _LARGEST_ANSWER:
            raise Refusal("The hub answers more than can be read.")
        try:
            said = json.loads(answer.content or b"null")
        except ValueError as error:
            raise Refusal("The hub's answer cannot be understood.") from error
        if answer.status_code >= 300:
            problem = said.get("error", {}) if isinstance(said, dict) else {}
            raise Refusal(" ".join(filter(None, (problem.get("message"), problem.get("hint")))) or f"{answer}")
        return said


@contextmanager
def desk(site: Path) -> Iterator[httpx2.Client]:
    """The line to the hub that runs on a site's folder."""
    run = site / "data" / "run"
    pointer = run / "socket"
    socket = os.fsdecode(pointer.read_bytes().strip()) if pointer.is_file() else str(run / "hub.sock")
    with httpx2.Client(
        base_url="http://hub", transport=httpx2.HTTPTransport(uds=socket), timeout=30.0, trust_env=False
    ) as http:
        yield http
