"""Walks of the wall that are under way, and when each post's was made or missed last.

    state      means                                    leaves by
    begun      some channels are not confirmed yet      the last channel is confirmed → done
    done       every channel was confirmed              (over)

A walk is never lost: whoever pauses goes on with it, and so does the next shift. Its interval may pass meanwhile, which
is put on record (`patrol.missed`) and leaves the walk as it is.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from hub.core.event import Record
from hub.core.patrol.events import Look, PatrolBegun, PatrolDone, PatrolEvent, PatrolMissed, PatrolSeen
from hub.core.text import Text

TRANSITIONS: tuple[tuple[str, str, str], ...] = (
    ("[*]", "patrol.begun", "begun"),
    ("begun", "patrol.seen", "begun"),
    ("begun", "patrol.done", "done"),
)


class Patrol(msgspec.Struct, frozen=True, kw_only=True):
    """One walk that is under way. `seen`: what was found, by camera."""

    id: str
    post: str
    post_name: Text
    cameras: tuple[str, ...]
    begun_by: str
    begun_at: datetime
    told_at: datetime
    """When it was last heard of."""
    seen: dict[str, Look] = {}

    @property
    def unseen(self) -> list[str]:
        """The channels that are still to be confirmed, in their order."""
        return [camera for camera in self.cameras if camera not in self.seen]


class Patrols(msgspec.Struct, frozen=True, kw_only=True):
    """By post: the walk under way, when one was done last and by whom, and what was missed last."""

    open: dict[str, Patrol] = {}
    done_at: dict[str, datetime] = {}
    done_by: dict[str, str] = {}
    missed: dict[str, datetime] = {}
    """The latest instant at which a walk was due and not made; kept until it is known to be over by `done_at`."""
    count: int = 0

    def find(self, patrol_id: str) -> Patrol | None:
        return next((patrol for patrol in self.open.values() if patrol.id == patrol_id), None)

    def late(self, post: str) -> bool:
        """Whether the last walk that was due has not been made since."""
        missed, done = self.missed.get(post), self.done_at.get(post)
        return missed is not None and (done is None or done < missed)


def follow(patrols: Patrols, record: Record, event: PatrolEvent) -> Patrols:
    """What stands after one more event."""
    match event:
        case PatrolBegun():
            patrol = Patrol(
                id=event.patrol,
                post=event.post,
                post_name=event.post_name,
                cameras=tuple(event.cameras),
                begun_by=record.actor,
                begun_at=record.seen_at,
                told_at=record.seen_at,
            )
            return replace(patrols, open={**patrols.open, event.post: patrol}, count=patrols.count + 1)
        case PatrolSeen():
            known = patrols.open.get(event.post)
            if known is None or known.id != event.patrol:
                return patrols
            seen = {**known.seen, **{look.camera: look for look in event.looks}}
            patrol = replace(known, seen=seen, told_at=record.seen_at)
            return replace(patrols, open={**patrols.open, event.post: patrol})
        case PatrolDone():
            return replace(
                patrols,
                open={post: each for post, each in patrols.open.items() if post != event.post},
                done_at={**patrols.done_at, event.post: record.seen_at},
                done_by={**patrols.done_by, event.post: record.actor},
            )
        case PatrolMissed():
            return replace(patrols, missed={**patrols.missed, event.post: event.due_at})
