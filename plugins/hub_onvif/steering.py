"""Asks a camera where it points, and turns it."""

from hub.api import DeviceForbidden, DeviceRejected, PtzPosition, Unsupported
from hub_onvif.client import Client
from hub_onvif.media import Layout, Profile
from hub_onvif.ptz import Preset, Spaces, build_position, find_preset, parse_presets, parse_spaces, parse_status


def is_steered(layout: Layout) -> bool:
    """Whether a profile of any channel has a configuration for PTZ."""
    return any(profile.ptz for channel in layout.channels for profile in channel)


def steered_profile(client: Client, layout: Layout, channel: int) -> Profile:
    """The profile through which a channel is steered. Raises `Unsupported` where there is none."""
    steered = [profile for profile in layout.of(channel) if profile.ptz]
    if not steered or not client.has("ptz"):
        raise Unsupported(f"Channel {channel} of the device cannot be steered.")
    return steered[0]


def read_spaces(client: Client, profile: Profile) -> Spaces:
    """The units that the camera can be told positions in; none where it does not tell."""
    try:
        return parse_spaces(client.call("ptz", "GetConfigurationOptions", ConfigurationToken=profile.ptz))
    except (Unsupported, DeviceRejected, DeviceForbidden):
        return Spaces()


def read_position(client: Client, profile: Profile, spaces: Spaces) -> PtzPosition:
    """Where it points now."""
    return parse_status(client.call("ptz", "GetStatus", ProfileToken=profile.token), spaces)


def read_presets(client: Client, profile: Profile) -> tuple[Preset, ...]:
    """All slots, the empty ones as well."""
    return parse_presets(client.call("ptz", "GetPresets", ProfileToken=profile.token))


def turn_to_preset(client: Client, profile: Profile, wanted: str) -> None:
    """By the preset's token or name; returns when the camera has taken the order."""
    preset = find_preset(read_presets(client, profile), wanted)
    client.call("ptz", "GotoPreset", ProfileToken=profile.token, PresetToken=preset.token)


def turn_to(client: Client, profile: Profile, position: PtzPosition, spaces: Spaces) -> None:
    """To a position in units that the camera can be told."""
    wanted = build_position(position, spaces)
    client.call("ptz", "AbsoluteMove", ProfileToken=profile.token, Position=wanted)
