"""Four eyes: what one person asked for, another approves."""

from hub.errors import NotAllowed


def different(applicant_actor: str, approver_actor: str) -> None:
    """Raise `NotAllowed` where the same person (as actors: `person:wang`) would approve what they applied for."""
    if applicant_actor == approver_actor:
        raise NotAllowed(
            "Nobody approves what they applied for themselves: four eyes are needed.",
            hint="Ask somebody else who has the right to approve.",
        )
