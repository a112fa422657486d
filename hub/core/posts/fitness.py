"""Whether a person may watch at a post at all: trained, bound to secrecy, with rights there and what the post wants."""

from datetime import datetime

from hub.core.duty.coverage import excuse_of
from hub.core.duty.decisions import zone_of
from hub.core.duty.roster import Post
from hub.core.duty.words import name_of
from hub.core.people.reach import covers
from hub.core.state import State
from hub.errors import NotAllowed


def require_fit(state: State, post: Post, account: str, now: datetime) -> None:
    """Raise `NotAllowed` unless the person may watch at the post."""
    known = account in state.staff.people
    name = state.staff.name(account) if known else name_of(state.duty.file, account).en
    if not state.staff.qualified(account, now):
        raise NotAllowed(
            f"{name} has no valid training or confidentiality agreement on record.",
            hint="A leader puts them on record: `hub people train`.",
        )
    person = state.staff.person(account)
    watched = [camera for camera in state.site.cameras if camera.id in post.cameras]
    if person is not None and watched and not any(covers(person.account, each, state.site) for each in watched):
        raise NotAllowed(
            f"{name} has no rights in the domain or department of {post.name.en}.",
            hint="An administrator gives them: `hub people change`.",
        )
    lacking = excuse_of(state.duty.file, post, account, now, zone_of(state))
    if lacking is not None:
        raise NotAllowed(
            f"{name} may not watch at {post.name.en}: the qualification {lacking.qualification} is lacking.",
            hint="It is entered in rules/roster.toml.",
        )
