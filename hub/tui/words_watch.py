"""What the watch says of cameras, their pictures and their recordings, in words.

Where a pair stands, the shape comes before the word; what shapes are for: `hub.tui.words`.
"""

from hub.locale import N_

CONDITIONS: dict[str, tuple[str, str]] = {
    "good": ("✓", N_("Good")),
    "fault": ("!", N_("Fault")),
    "lost": ("✗", N_("No signal")),
    "not_judged": ("?", N_("Not judged")),
}

FINDINGS: dict[str, str] = {
    "signal.lost": N_("Signal lost"),
    "access.refused": N_("Access refused"),
    "signal.stalled": N_("Signal stalled"),
    "recording.missing": N_("Not recorded"),
    "picture.black": N_("Black"),
    "view.obstructed": N_("Obstructed"),
    "view.moved": N_("View moved"),
    "picture.frozen": N_("Frozen"),
    "picture.damaged": N_("Decode damage"),
    "picture.bright": N_("Too bright"),
    "picture.dark": N_("Too dark"),
    "picture.blurred": N_("Blurred"),
    "picture.noisy": N_("Noise"),
    "picture.striped": N_("Stripes"),
    "picture.flat": N_("Low contrast"),
    "picture.tinted": N_("Colour cast"),
    "view.shaking": N_("Shaking"),
    "night.unusable": N_("Night unusable"),
    "lens.soiled": N_("Lens soiled"),
    "view.overgrown": N_("Overgrown"),
}
"""The gravest first: what is lost, what shows nothing or something else, what shows it badly, what wants cleaning."""

NOT_JUDGED: dict[str, str] = {
    "starting": N_("the watch has not reported on it yet"),
    "worker": N_("its watch worker died and is being restarted"),
    "learning": N_("its reference view is being learned"),
    "light": N_("it was never seen in this light"),
    "view": N_("its view cannot be compared now"),
    "moving": N_("it is being steered"),
}

LIGHTS: dict[str, str] = {
    "day": N_("day"),
    "dim": N_("dim"),
    "infrared": N_("infra-red"),
}

GAP_CAUSES: dict[str, str] = {
    "camera": N_("camera"),
    "network": N_("network"),
    "hub": N_("hub"),
    "storage": N_("storage"),
    "unknown": N_("unknown"),
}
"""Why a part of a recording is missing."""

SIGNALS: dict[str, str] = {
    "connecting": N_("connecting"),
    "live": N_("live"),
    "stalled": N_("stalled"),
    "lost": N_("lost"),
    "refused": N_("refused"),
    "unknown": N_("unknown"),
}

OWN_MEASURES: dict[str, str] = {
    "picture_every_s": N_("seconds between pictures"),
    "key_frame_every_s": N_("seconds between key frames"),
}
"""Of the stream, beside those of the picture."""
