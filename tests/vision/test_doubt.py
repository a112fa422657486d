"""What hides a view and may go on by itself is no cover yet; what was covered before the light changed is no part."""

from types import SimpleNamespace

import numpy as np
import pytest

from hub.vision.detectors import cover, part
from hub.vision.limits import Limits

LIMITS = Limits()
GROUP = np.zeros((9, 16), bool)
GROUP[2:7, 3:9] = True


def compared(**facts):
    template = SimpleNamespace(judged=np.ones((9, 16), bool))
    return SimpleNamespace(template=template, mostly=LIMITS.cover_share, **facts)


def crowded(share: float, lost_for_s: float):
    """So much of the view has been hidden for so long, in steady light."""
    seen = compared(
        covered_share=share,
        near=GROUP,
        alignment=SimpleNamespace(similarity=0.0, quality=0.0),
        approved=SimpleNamespace(reference=SimpleNamespace(mean_low=90.0)),
    )
    picture = SimpleNamespace(brightness=SimpleNamespace(mean=100.0, std=20.0), noise=2.0)
    return SimpleNamespace(
        compared=seen, limits=LIMITS, held=frozenset(), lost_for_s=lost_for_s, picture=picture, foreign=False
    )


@pytest.mark.parametrize(
    ("share", "lost_for_s", "suspected"),
    [
        (LIMITS.cover_certain - 0.05, 0.0, False),
        (LIMITS.cover_certain - 0.05, LIMITS.cover_doubt_s - 0.1, False),
        (LIMITS.cover_certain - 0.05, LIMITS.cover_doubt_s, True),
        (LIMITS.cover_certain, 0.0, True),
    ],
    ids=["people just came", "people still pass", "nothing passes for so long", "hardly anything is left"],
)
def test_a_view_that_is_not_wholly_hidden_is_covered_only_when_it_stays_so(share, lost_for_s, suspected) -> None:
    assert cover.detect(crowded(share, lost_for_s), 1.0).suspected is suspected


def test_a_cover_that_was_found_is_held_without_that_doubt() -> None:
    scene = crowded(LIMITS.cover_certain - 0.05, 0.0)
    scene.held = frozenset({"cover"})
    assert cover.detect(scene, 1.0).suspected


@pytest.mark.parametrize(
    ("kept", "suspected"), [(1.0, True), (part.STILL, True), (part.STILL - 0.1, False), (0.0, False)]
)
def test_cells_that_were_covered_for_long_count_only_while_most_of_them_are(kept, suspected) -> None:
    covered = GROUP.copy()
    cells = np.argwhere(GROUP)
    for row, column in cells[: round((1 - kept) * len(cells))]:
        covered[row, column] = False
    seen = compared(covered=covered, rest_fits=True, relit=False, match=SimpleNamespace(strange=0.0))
    stuck_s = np.where(GROUP, np.float32(LIMITS.part_persist_s + 1), np.float32(0))
    scene = SimpleNamespace(
        compared=seen,
        limits=LIMITS,
        held=frozenset(),
        stuck_s=stuck_s,
        stuck_since_s=np.zeros(GROUP.shape),
        patience=1.0,
        foreign=False,
    )
    assert part.detect(scene, 1.0).suspected is suspected
