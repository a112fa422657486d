"""A plant with releases of recordings in every state, and a way to look at it:

python -m tests.tui.releases_plant [--language zh_CN] [--account wang]
"""

import argparse
import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from hub.client.release_packages import SHA256_HEADER, PackageProgress
from hub.client.releases import ReleaseDetail, ReleaseView
from hub.clock import Clock, SystemClock
from hub.core.attachments.events import AttachmentAdded
from hub.core.catalogue import SiteConfigured
from hub.core.decisions import decide
from hub.core.event import Event
from hub.core.releases.commands import (
    ApproveRelease,
    CheckRelease,
    PrepareRelease,
    RefuseRelease,
    ReleaseForm,
    RequestRelease,
    ReturnRelease,
)
from hub.core.releases.events import BlurRegion, Officer, ReleaseFetched, ReleasePreparationFailed, ReleasePrepared
from hub.core.releases.policy import ReleasePolicy
from hub.core.text import Text
from hub.server.views.releases import files_of, release_view
from hub.server.views.state import event_view
from tests.tui.fake_hub import ACCOUNTS, FakeHub, plant
from tests.tui.pictures import jpeg, scene

LETTER = "a" * 64
KEY = "5f1c" * 16
PURPOSES = {"accident": Text(en="Inquiry into an accident", zh="事故调查")}
OFFICERS = [Officer(name="Chen Gang", identification="110233"), Officer(name="Sun Li", identification="110871")]


def with_releases(hub: FakeHub) -> FakeHub:
    """Allow a purpose, hand a letter over, and let the hub answer about releases."""
    hub.happen(SiteConfigured(site=replace(hub.state.site, releases=ReleasePolicy(PURPOSES))))
    letter = jpeg(scene(seed=3, step=1))
    hub.attached[LETTER] = letter
    domains = ["security", "production"]
    added = AttachmentAdded(
        attachment=LETTER, name="letter.jpg", media="image/jpeg", bytes=len(letter), domains=domains
    )
    hub.happen(added, actor="person:zhang")

    def answer(_parameters: dict[str, Any]) -> list[ReleaseView]:
        known = [*hub.state.releases.releases.values(), *hub.state.releases.past]
        return [release_view(hub._me(), each, hub.state) for each in known]

    hub.answers["releases"] = answer
    return hub


def answer_about(hub: FakeHub, release: str) -> None:
    """Let the hub tell the course of a release."""

    def answer(_parameters: dict[str, Any]) -> ReleaseDetail:
        known = hub.state.releases.find(release)
        assert known is not None
        records = [record for record in hub.records if getattr(record.event, "release", "") == release]
        return ReleaseDetail(
            view=release_view(hub._me(), known, hub.state),
            records=[event_view(hub._me(), record, hub.state) for record in records],
            files=files_of(hub._me(), known, hub.state),
        )

    hub.answers[f"releases/{release}"] = answer


PACKAGE = bytes(range(256)) * 4000
"""What stands for a package: the screen never looks into it."""
SHA256 = hashlib.sha256(PACKAGE).hexdigest()


def answer_with_package(hub: FakeHub, release: str, *, pieces: int = 8, gate: asyncio.Event | None = None) -> None:
    """Let the hub hand out the package of a release, whose last piece comes when `gate` is open."""
    size = len(PACKAGE) // pieces

    async def blocks() -> AsyncIterator[bytes]:
        for number in range(pieces):
            if number == pieces - 1 and gate is not None:
                await gate.wait()
            yield PACKAGE[number * size : (number + 1) * size]

    def answer(_parameters: dict[str, Any]) -> tuple[dict[str, str], Any]:
        hub.happen(ReleaseFetched(release=release), actor=hub._me().actor)
        return {"content-length": str(len(PACKAGE)), SHA256_HEADER: SHA256}, blocks

    hub.answers[f"releases/{release}/package"] = answer


def answer_with_pictures(hub: FakeHub, release: str) -> None:
    """Let the hub show what a release is about."""
    hub.answers[f"releases/{release}/preview"] = lambda asked: jpeg(scene(seed=sum(asked["camera"].encode()) % 7))


def form(hub: FakeHub, **changes: Any) -> ReleaseForm:
    end = hub.clock.now() - timedelta(hours=1)
    said: dict[str, Any] = {
        "kind": "external",
        "agency": "Harbour police station",
        "reason": "theft of a bicycle at the gate",
        "content": "who left by the gate with it",
        "cameras": ["gate-1", "gate-2"],
        "from_at": end - timedelta(minutes=40),
        "to_at": end,
        "officers": OFFICERS,
        "letter": LETTER,
        "letter_number": "2026-114",
    }
    return ReleaseForm(**{**said, **changes})


def ask(hub: FakeHub, command: Any, who: str) -> list[Event]:
    events = list(decide(hub.state, command, f"person:{who}", hub.clock.now()))
    hub.happen(*events, actor=f"person:{who}")
    return events


def asked(hub: FakeHub, who: str = "zhang", **changes: Any) -> str:
    ask(hub, RequestRelease(form=form(hub, **changes)), who)
    return f"F-{hub.state.releases.count}"


def approved(hub: FakeHub, **changes: Any) -> str:
    release = asked(hub, **changes)
    ask(hub, CheckRelease(release=release, note="both cards seen"), "he")
    ask(hub, ApproveRelease(release=release), "wang")
    return release


def packed(hub: FakeHub, **changes: Any) -> str:
    release = approved(hub, **changes)
    region = BlurRegion(camera="gate-1", left=0.1, top=0.2, right=0.4, bottom=0.5)
    ask(hub, PrepareRelease(release=release, blur=[region]), "he")
    hub.happen(
        ReleasePrepared(
            release=release, package=f"{release}.tar", sha256=SHA256, bytes=48_200_000, segments=12, key=KEY
        )
    )
    return release


def in_every_state(hub: FakeHub) -> None:
    asked(hub, reason="a fall on the stairs", kind="internal", agency="Safety", purpose="accident", cameras=["press-1"])
    given_back = asked(hub, agency="Traffic police", cameras=["gate-2"])
    ask(hub, ReturnRelease(release=given_back, missing="the letter has no stamp"), "he")
    checked = asked(hub, agency="Harbour police station")
    ask(hub, CheckRelease(release=checked, note="both cards seen"), "he")
    failed = approved(hub, agency="Court of the district", cameras=["store"])
    ask(hub, PrepareRelease(release=failed), "he")
    hub.happen(ReleasePreparationFailed(release=failed, reason="disk full"))
    ready = packed(hub, agency="Economic police")
    hub.happen(ReleaseFetched(release=ready), actor="person:he")
    refused = asked(hub, agency="Insurance company", cameras=["gate-1"])
    ask(hub, RefuseRelease(release=refused, reason="no agency of the law"), "wang")
    answer_with_package(hub, ready)
    making = approved(hub, agency="Customs", cameras=["gate-1", "store"])
    ask(hub, PrepareRelease(release=making), "he")
    hub.answers[f"releases/{making}/package/progress"] = PackageProgress(step="copy", done=31_000_000, total=48_200_000)
    for number in range(1, hub.state.releases.count + 1):
        answer_about(hub, f"F-{number}")
        answer_with_pictures(hub, f"F-{number}")


def main() -> None:
    from hub.tui.app import HubTui

    parser = argparse.ArgumentParser(description="Look at releases in the TUI on a plant without a hub.")
    parser.add_argument("--language", default="en", choices=["en", "zh_CN"])
    parser.add_argument("--account", default="wang", choices=sorted(ACCOUNTS))
    chosen = parser.parse_args()
    clock: Clock = SystemClock()
    hub = with_releases(plant(clock))
    in_every_state(hub)
    hub.account = ACCOUNTS[chosen.account]
    HubTui(hub, signed_in=True, language=chosen.language, clock=clock, panel="releases").run()


if __name__ == "__main__":
    main()
