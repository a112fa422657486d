"""Connects the command line to a running hub.

Who asks: the token in `HUB_TOKEN`; else `HUB_ACCOUNT` with `HUB_PASSWORD`; else the session that `hub sign-in` saved;
else the hub's local reader, which the user who runs the hub may use and which only reads.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from hub.client import HubClient
from hub.client.http import Address, HttpClient, find_hub
from hub.errors import HubError, NotSignedIn


def address(site: Path, url: str) -> Address:
    return Address(url=url) if url else find_hub(site)


@asynccontextmanager
async def connected(site: Path, url: str = "", *, person: bool = False) -> AsyncIterator[HubClient]:
    """A client that is signed in. `person`: the local reader will not do, somebody must be named."""
    client = HttpClient(address(site, url), token=await _token(site, url, person=person), client="cli")
    try:
        yield client
    finally:
        if signs_in_once():
            # The next command signs in again: what stays open would push the person's own screen out in the end.
            with suppress(HubError):
                await client.sign_out()
        await client.close()


def signs_in_once() -> bool:
    """Whether `token_of_person` signs in with what the environment says: nobody else has that token, and whoever asked
    for it signs out again."""
    return not os.environ.get("HUB_TOKEN") and bool(os.environ.get("HUB_ACCOUNT"))


async def token_of_person(site: Path, url: str = "") -> str:
    """The token of whoever is named by the environment or has signed in; empty when nobody is."""
    if token := os.environ.get("HUB_TOKEN"):
        return token
    if signs_in_once():
        client = HttpClient(address(site, url), client="cli")
        try:
            account, password = os.environ["HUB_ACCOUNT"], os.environ.get("HUB_PASSWORD", "")
            return (await client.sign_in(account, password, os.environ.get("HUB_CODE", ""))).token
        finally:
            await client.close()
    saved = session_file(site, url)
    return saved.read_text(encoding="utf-8").strip() if saved.is_file() else ""


async def _token(site: Path, url: str, *, person: bool) -> str:
    if token := await token_of_person(site, url):
        return token
    if not person and not url:
        return local_token(site)
    raise NotSignedIn(
        "This needs a person: nobody is signed in.",
        hint="Use `hub sign-in`, or set HUB_ACCOUNT and HUB_PASSWORD.",
    )


def local_token(site: Path) -> str:
    """The token of the local reader of a running hub, or nothing when this user may not read it."""
    place = address(site, "")
    try:
        return place.local_token.read_text(encoding="utf-8").strip() if place.local_token is not None else ""
    except OSError:
        return ""


def session_file(site: Path, url: str) -> Path:
    """Where `hub sign-in` keeps the token for a site."""
    from platformdirs import user_state_path

    name = hashlib.sha256((url or str(site.resolve())).encode()).hexdigest()[:16]
    return user_state_path("watchroom") / "sessions" / name
