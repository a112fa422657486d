"""What is on record about the settings of devices and where cameras stand, in sentences."""

from hub.core.baselines.events import (
    SettingsApproved,
    SettingsDrifted,
    SettingsMatched,
    SettingsNotRestored,
    SettingsProposed,
    SettingsRestored,
    SettingsRestoring,
)
from hub.core.event import Event
from hub.core.homes.events import CameraHome, CameraStrayed, HomeLearned, ReturnFailed, ReturnOrdered
from hub.locale import N_

SENTENCES: dict[type[Event], str] = {
    SettingsProposed: N_("{device}: settings were read and wait for approval ({entries})"),
    SettingsApproved: N_("{device}: the settings were approved, {changed} of them changed: {reason}"),
    SettingsDrifted: N_("{device}: settings that are not the approved ones: {count}"),
    SettingsMatched: N_("{device}: the settings do not differ any more"),
    SettingsRestoring: N_("{device}: settings are to be put back: {reason}"),
    SettingsRestored: N_("{device}: settings were put back ({written})"),
    SettingsNotRestored: N_("{device}: settings were not put back: {detail}"),
    HomeLearned: N_("{camera}: where home preset {preset} lies is known"),
    CameraStrayed: N_("{camera}: not at its home preset {preset}"),
    CameraHome: N_("{camera}: at its home preset {preset} again"),
    ReturnOrdered: N_("{camera}: sent back to its home preset {preset}"),
    ReturnFailed: N_("{camera}: not sent back to its home preset {preset}: {detail}"),
}
