"""What the shipped rules do about what happens, as the books know it: written down anew, no rule file is read."""

from typing import NamedTuple

from tests.sim.book_cameras import LOST

MISSING = "recording.missing"
OBSTRUCTED = "view.obstructed"


class Served(NamedTuple):
    """What the shipped rules do about a finding: the rule, the kind of alarm (empty: none), whether it is critical."""

    rule: str
    kind: str = ""
    critical: bool = False


RULES: dict[str, Served] = {
    LOST: Served("signal-lost", "signal", critical=True),
    "picture.frozen": Served("picture-frozen", "frozen"),
    "picture.black": Served("picture-black", "black"),
    "picture.blurred": Served("picture-blurred", "blur"),
    "view.moved": Served("view-moved", "view"),
    "view.shaking": Served("view-shaking", "shake"),
    OBSTRUCTED: Served("view-obstructed", "obstruction"),
    MISSING: Served("recording-missing", "recording"),
}
SOILED = "lens.soiled"
FINDING_OF_KIND = {served.kind: finding for finding, served in RULES.items() if served.kind}
UNDER_PERMIT = "view-obstructed-under-permit"
STILL_COVERED = "permit-ended-obstructed"
STILL_COVERED_ALARM = "permit-ended-unalarmed"
UNJUDGED = "camera-unjudged"
OF_CAMERAS = frozenset({*(served.rule for served in RULES.values()), UNDER_PERMIT, STILL_COVERED_ALARM})
"""Rules whose alarms those at the posts see to; a leader sees to the others."""
