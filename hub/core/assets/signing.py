"""Who signs, and for which department."""

from hub.core.assets.model import Signature
from hub.core.state import State
from hub.errors import NotAllowed


def departments_of(state: State, actor: str) -> tuple[str, ...]:
    """The departments of a person; none where the site does not say."""
    person = state.staff.people.get(actor.removeprefix("person:"))
    return tuple(person.account.departments) if person is not None else ()


def check_other_side(state: State, first: Signature, actor: str) -> str:
    """The department of the one who takes over; never the one who handed over, nor, where departments are known of
    both, somebody of the same one. Raises `NotAllowed`."""
    if first.by == actor:
        raise NotAllowed(
            "Two different persons sign: one hands over, another takes over.",
            hint="Let somebody of the using department take it over.",
        )
    own = departments_of(state, actor)
    if len(state.site.departments) > 1 and own and first.department and set(own) == {first.department}:
        raise NotAllowed(
            f"You belong to {first.department}, whose side handed it over.",
            hint="Let somebody of another department take it over.",
        )
    return next((name for name in own if name != first.department), own[0] if own else "")
