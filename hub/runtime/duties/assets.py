"""Puts the scheme by which replacements are proposed in force."""

from hub.core.assets.events import SchemeLoaded
from hub.core.assets.scheme import Scheme
from hub.core.event import Draft
from hub.runtime.core_loop import CoreLoop


async def use_scheme(core: CoreLoop, scheme: Scheme | None) -> None:
    """Put a scheme in force and on record, where it is another one than before; None: nothing is proposed by itself."""
    event = SchemeLoaded(scheme=scheme or Scheme(), there=scheme is not None)
    await core.propose(lambda state: [] if state.assets.scheme == scheme else [Draft(event, actor="hub")])
