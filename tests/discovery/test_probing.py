"""A device that is asked before it is added says whether each of its cameras can be turned."""

import pytest
from hub_onvif.options import OnvifOptions
from hub_onvif.session import OnvifSession

from hub.discovery.probing import probe
from tests.servers.onvif import OnvifDevice


@pytest.mark.parametrize(
    ("missing", "steered"),
    [
        (frozenset[str](), {1: True}),
        (frozenset({"GetStatus"}), {1: True}),
        (frozenset({"GetStatus", "GetPresets"}), {1: False}),
    ],
)
def test_a_camera_that_says_where_it_points_or_names_presets_can_be_turned(
    missing: frozenset[str], steered: dict[int, bool]
) -> None:
    with OnvifDevice(missing=missing) as camera:
        assert probe(OnvifSession(camera.access(), OnvifOptions())).steered == steered
