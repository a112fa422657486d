"""The way from one segment to the root of its seal, as RFC 6962 (section 2.1.1) defines it. Pure."""

from collections.abc import Sequence

from hub.core.recordings import merkle_root


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The nodes that prove `leaves[index]` against `merkle_root(leaves)`, the nearest first."""
    if len(leaves) == 1:
        return []
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if index < left:
        return [*audit_path(leaves[:left], index), merkle_root(leaves[left:])]
    return [*audit_path(leaves[left:], index - left), merkle_root(leaves[:left])]
