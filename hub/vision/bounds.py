"""When a measure of the whole picture counts as a fault."""

import msgspec


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The thresholds of the faults that lie over the whole picture: brightness, contrast, colour, noise, stripes,
    shaking, damage. Brightness and noise in gray levels, shares 0 to 1."""

    dark_left: float = 0.4  # of the brightness of the last minutes
    dark_below: float = 0.6  # of the least brightness that is usual
    dark_share: float = 0.35  # of it at this hour: then it need not have fallen
    dark_unknown: float = 42.0  # the least that is usual while it is not known
    dark_peak: float = 1.35  # brightest against mean, while the usual is not known; a cover has less
    bright_blown: float = 0.6  # share of the picture that is burnt out,
    bright_much: float = 0.3  # or this with a mean of
    bright_mean: float = 165.0  # at least, and
    bright_above: float = 35.0  # above the brightest that is usual
    bright_unknown: float = 180.0  # the brightest that is usual while it is not known
    flat_share: float = 0.4  # of the least contrast that is usual
    flat_layout: float = 0.6  # of the contrast between light and dark places; a blur leaves more
    noisy_unknown: float = 10.0  # while the usual noise is not known
    noisy_least: float = 7.5  # when it is, and
    noisy_share: float = 1.6  # times the usual, and
    noisy_above: float = 3.0  # more, but not beyond
    noisy_jump: float = 6.0  # more than the middle of the usual
    striped_amplitude: float = 1.6
    striped_height: float = 7.0  # over the waves around it
    striped_certain: float = 14.0  # the same; a single look is enough
    striped_share: float = 0.6  # of the cells
    shaking: float = 0.75  # pixels of 160, standard deviation
    shaking_share: float = 2.5  # times the usual, but not beyond
    shaking_most: float = 1.3  # pixels of 160
    tinted_hue: float = 0.065  # of the brightness, across the colours of light
    tinted_warmth: float = 0.17  # along them
    tinted_relit: float = 0.3  # change of the brightness that makes it another lamp
    tinted_share: float = 0.5  # of the cells
    tinged_hue: float = 0.03  # beyond the usual range, for long
    tinged_warmth: float = 0.05
    damaged_share: float = 0.25  # of the last pictures
    damaged_dead: float = 0.06  # of one picture's cells
    night_structure: float = 0.12  # of the cells
    night_share: float = 0.35  # of what is usual
    night_p99: float = 52.0
    night_mean: float = 45.0  # darker is night
