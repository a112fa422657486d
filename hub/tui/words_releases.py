"""Releases of recordings, in words."""

from hub.locale import N_

RELEASE_STATES: dict[str, tuple[str, str]] = {
    "requested": ("!", N_("To be checked")),
    "returned": ("<", N_("Given back")),
    "checked": ("!", N_("To be decided")),
    "approved": (">", N_("Approved")),
    "preparing": ("…", N_("Being packed")),
    "prepared": ("p", N_("Package ready")),
    "handed_over": (">", N_("Handed over")),
    "closed": ("✓", N_("Case closed")),
    "refused": ("✗", N_("Turned down")),
    "withdrawn": ("-", N_("Withdrawn")),
}

RELEASE_KINDS: dict[str, str] = {
    "external": N_("for an agency"),
    "internal": N_("for the site's own use"),
    "viewing": N_("viewing"),
}
"""Releases, and what else the register of retrievals has."""


def size(count: int) -> str:
    """A number of bytes, for people: `12.3 MB`."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} B"
