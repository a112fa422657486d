"""Who may see, and decide on, what a review says of a person."""

from hub.core.people.account import Account
from hub.core.reviews.model import Review
from hub.core.state import State
from hub.errors import NotAllowed


def sees_person(account: Account, person: str, state: State) -> bool:
    """Whether the account may see somebody's points: one's own, and a leader those of the domains and departments that
    the leader has rights in. Somebody who is in no register is for leaders who may see everything."""
    if account.role != "reader" and account.id == person:
        return True
    return leads(account, person, state)


def leads(account: Account, person: str, state: State) -> bool:
    """Whether the account is a leader of the person, or could be: in all of the person's domains and departments."""
    if "lead" not in account.rights:
        return False
    known = state.staff.people.get(person)
    if known is None:
        return account.unlimited
    theirs = known.account
    if set(theirs.domains) - set(account.domains):
        return False
    if not account.departments:
        return True
    return bool(theirs.departments) and set(theirs.departments) <= set(account.departments)


def unsigned(review: Review, actor: str, state: State) -> list[str]:
    """The people in a review whom the actor (`person:wang`) leads and nobody has signed for."""
    leader = state.staff.person(actor.removeprefix("person:"))
    if leader is None:
        return []
    return [person for person in review.people if person not in review.signed and leads(leader.account, person, state)]


def check_leads(actor: str, person: str, state: State) -> None:
    """Raise `NotAllowed` unless the actor (`person:wang`) is a leader of the person."""
    leader = state.staff.person(actor.removeprefix("person:"))
    if leader is None or not leads(leader.account, person, state):
        raise NotAllowed(
            f"{state.staff.name(person)} belongs to a domain or department that you do not lead.",
            hint="Ask a leader of theirs.",
        )
