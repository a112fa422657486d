"""By what it is judged that an asset should be replaced, and by when each step is due: rules/replacement.toml."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from hub.core.rounds.kinds import AssetKind

Criterion = Literal["age", "failures", "repair", "relapses", "night", "parts"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
Party = Literal["planning", "technical", "using"]
PARTIES: tuple[Party, ...] = get_args(Party)


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """The limits in force. A criterion gives its full points at its limit, and a share of them below it.

    `limits`: failures in 12 months; hours from the report to the restoration, on average; repairs in 12 months that
    did not last; nights in 12 months without a usable picture. Age is measured against the expected life, and parts
    are to be had or not.
    """

    propose_at: float = 60.0
    """With so many points a replacement is proposed."""
    points: Mapping[Criterion, float] = {}
    limits: Mapping[Criterion, float] = {}
    alone: tuple[Criterion, ...] = ()
    """What is enough by itself when its limit is reached."""
    life_years: Mapping[AssetKind, float] = {}
    """How long an asset of each kind is expected to last where its entry says nothing."""
    departments: Mapping[Party, str] = {}
    """The department that signs for each party; of the using party, where nothing is said, the asset's own."""
    sign_s: float = 14 * 86400.0
    order_s: float = 60 * 86400.0
    commission_s: float = 90 * 86400.0
    """How long each step may take before it is overdue: three signatures, the order, the new device in use."""
    warranty_notice_s: float = 30 * 86400.0
    recording_s: float = 86400.0
    """How long a new camera must have been recorded without a gap before it is handed over."""
