"""The books about permits to cover cameras. The hub is not asked."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Permit:
    id: str
    cameras: tuple[str, ...]
    kinds: tuple[str, ...]
    applicant: str
    from_at: datetime
    to_at: datetime
    state: str = "applied"
    approver: str = ""
    began_at: datetime | None = None
    over_at: datetime | None = None
    left: bool = False
    """Something still covered a camera when it was over."""

    def covers(self, camera: str, kind: str, at: datetime) -> bool:
        in_force = self.state in ("approved", "active") and self.from_at <= at < self.to_at
        return in_force and camera in self.cameras and kind in self.kinds


@dataclass
class PermitBook:
    """Mutable. `left`: cameras that are still covered after the end of a permit, with the kind; `unalarmed`: those of
    them about which no alarm stood then."""

    permits: list[Permit] = field(default_factory=list)
    left: set[tuple[str, str]] = field(default_factory=set)
    unalarmed: set[tuple[str, str]] = field(default_factory=set)
    left_in_all: int = 0

    def covering(self, camera: str, kind: str, at: datetime) -> set[str]:
        return {permit.id for permit in self.permits if permit.covers(camera, kind, at)}

    def open(self) -> list[Permit]:
        return [permit for permit in self.permits if permit.state in ("applied", "approved", "active")]
