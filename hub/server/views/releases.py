"""What a person sees of releases: they tell of inquiries, and of officers by the numbers of their cards. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from hub.client.attachments import AttachmentView
from hub.client.releases import ReleaseView
from hub.core.people.account import Account
from hub.core.people.rights import sees_camera
from hub.core.releases.events import Officer, ReleaseEvent, ReleaseRequested
from hub.core.releases.model import Release
from hub.core.releases.register import Entry
from hub.core.state import State
from hub.core.text import Text

_CONCERNED = frozenset({"export", "approve"})


def concerned(account: Account) -> bool:
    """Whether releases are the account's business: it checks and hands out, or decides."""
    return bool(account.rights & _CONCERNED)


def may_see_release(account: Account, release: Release, state: State) -> bool:
    """Those whose business releases are and whoever asked for this one, in its domain; and the local reader."""
    known = {camera.id for camera in state.site.cameras}
    here = release.domain in account.domains and all(
        sees_camera(account, camera, state) for camera in release.cameras if camera in known
    )
    return here and (concerned(account) or release.requester == account.actor or account.role == "reader")


def may_read_release(account: Account, event: ReleaseEvent, state: State) -> bool:
    """As `may_see_release`, of one record; that its cameras may be seen is asked elsewhere."""
    if concerned(account) or account.role == "reader":
        return True
    known = state.releases.find(event.release)
    return known is not None and known.requester == account.actor


def release_view(account: Account, release: Release, state: State) -> ReleaseView:
    known = [state.site.camera(camera) for camera in release.cameras]
    return ReleaseView(
        release=legible(account, release),
        camera_names=[
            camera.name if camera is not None else Text(en=name)
            for name, camera in zip(release.cameras, known, strict=True)
        ],
        purpose_name=state.site.releases.internal_purposes.get(release.purpose),
    )


def files_of(account: Account, release: Release, state: State) -> list[AttachmentView]:
    """The letter and the receipt, where the account may read them: they show cards, names and stamps."""
    if not _sees_cards(account, release.requester):
        return []
    found = [state.attachments[name] for name in (release.letter, release.receipt) if name in state.attachments]
    return [
        AttachmentView(id=each.id, name=each.name, media=each.media, bytes=each.bytes)  # type: ignore[arg-type]
        for each in found
        if each.by == account.actor or set(each.domains) & set(account.domains)
    ]


def legible(account: Account, release: Release) -> Release:
    """The release as the account may read it."""
    if _sees_cards(account, release.requester):
        return release
    return replace(release, officers=tuple(map(masked, release.officers)))


def told_release(account: Account, event: ReleaseRequested, state: State) -> ReleaseRequested:
    known = state.releases.find(event.release)
    if _sees_cards(account, known.requester if known is not None else ""):
        return event
    return replace(event, officers=list(map(masked, event.officers)))


def entries_for(account: Account, entries: Iterable[Entry], state: State) -> list[Entry]:
    """The register as the account may read it: its domains, its cameras, and the numbers of cards only where needed."""
    known = {camera.id for camera in state.site.cameras}

    def covered(entry: Entry) -> bool:
        if not entry.domain or not known.issuperset(entry.cameras):
            return account.unlimited or entry.domain in account.domains
        return all(sees_camera(account, camera, state) for camera in entry.cameras)

    return [
        entry if concerned(account) else replace(entry, officers=tuple(map(masked, entry.officers)))
        for entry in entries
        if covered(entry)
    ]


def masked(officer: Officer) -> Officer:
    """The officer with only the end of the card's number."""
    number = officer.identification
    return replace(officer, identification=f"…{number[-3:]}" if len(number) > 3 else "…")


def _sees_cards(account: Account, requester: str) -> bool:
    return concerned(account) or requester == account.actor
