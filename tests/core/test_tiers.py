"""Which recording belongs where at its age."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.tiers import Tier, stages

NOW = datetime(2026, 1, 31, tzinfo=UTC)
CAMERAS = ("east", "gate", "west")

tiers = st.lists(
    st.builds(
        Tier,
        storage=st.sampled_from(["nas", "archive", "vault"]),
        after_days=st.sampled_from([0.0, 0.5, 7.0, 30.0]),
        cameras=st.frozensets(st.sampled_from(CAMERAS)),
    ),
    max_size=6,
)


def place_of(camera: str, age_days: float, among: list[Tier]) -> str:
    """As the page says it: the tier with the highest age that it has reached; of one age the later one."""
    reached = [tier for tier in among if camera in tier.cameras and tier.after_days <= age_days]
    return max(enumerate(reached), key=lambda one: (one[1].after_days, one[0]))[1].storage if reached else ""


@given(tiers, st.sampled_from(CAMERAS), st.sampled_from([0.0, 0.25, 0.5, 3.0, 7.0, 8.0, 30.0, 400.0]))
def test_a_recording_belongs_where_the_oldest_tier_that_it_has_reached_puts_it(
    among: list[Tier], camera: str, age_days: float
) -> None:
    ended_at = NOW - timedelta(days=age_days)
    found = [
        stage.storage
        for stage in stages(among, NOW)
        if stage.camera == camera and stage.ended_after < ended_at <= stage.ended_by
    ]
    wanted = place_of(camera, age_days, among)
    assert found == ([wanted] if wanted else [])


def test_without_tiers_everything_stays() -> None:
    assert list(stages([], NOW)) == []
