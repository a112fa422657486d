"""What a person sees of people: pure functions from the register and the account book."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub.client.people import PersonView, SessionView
from hub.core.people.account import Account
from hub.core.people.model import Person
from hub.core.people.places import elsewhere
from hub.core.people.policy import PeoplePolicy
from hub.core.state import State
from hub.server.accounts.book import IN_USE
from hub.server.accounts.tables import Entry, SessionEntry


def person_views(
    me: Account,
    session: str,
    state: State,
    entries: Iterable[Entry],
    sessions: Sequence[SessionEntry],
    policy: PeoplePolicy,
    now: datetime,
) -> list[PersonView]:
    """The people whom `me` may know of, by name of the account: oneself alone, or with the right to lead or to
    administer everybody, those who left among them."""
    everybody = bool(me.rights & {"lead", "administer"})
    return [
        _person(entry, state.staff.people.get(entry.account.id), sessions, session, policy, now)
        for entry in entries
        if everybody or entry.account.id == me.id
    ]


def in_two_places(sessions: Iterable[SessionEntry], now: datetime) -> bool:
    """Whether sign-ins of one account are in use at different places."""
    places = [each.place for each in sessions if now - each.seen_at < IN_USE]
    return any(elsewhere(place, places) for place in places)


def _person(
    entry: Entry,
    known: Person | None,
    sessions: Sequence[SessionEntry],
    session: str,
    policy: PeoplePolicy,
    now: datetime,
) -> PersonView:
    own = [each for each in sessions if each.account == entry.account.id]
    locked = entry.locked_until_at
    return PersonView(
        account=entry.account,
        rights=sorted(entry.account.rights),
        state=known.state if known is not None else "enabled",
        why=known.why if known is not None else "",
        qualified=known.qualified(now) if known is not None else False,
        papers=known.papers if known is not None else [],
        sessions=[_session(each, session) for each in own],
        signed_in_at=entry.signed_in_at,
        locked_until_at=locked if locked is not None and locked > now else None,
        must_change=entry.change_wanted(policy, now),
        password_expires_at=entry.expires_at(policy),
        totp=bool(entry.totp),
        recovery_left=len(entry.recovery),
        in_two_places=in_two_places(own, now),
    )


def _session(entry: SessionEntry, mine: str) -> SessionView:
    return SessionView(
        id=entry.id,
        account=entry.account,
        client=entry.client,
        place=entry.place,
        created_at=entry.created_at,
        seen_at=entry.seen_at,
        expires_at=entry.expires_at,
        mine=entry.id == mine,
    )
