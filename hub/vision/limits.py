"""When a measure counts as a fault."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Every threshold of the judgement. Times in seconds, brightness and noise in gray levels, the rest relative
    to what the reference says is usual (1) unless noted.

    A condition is a finding after `persist_s` and at least three pictures, and ends after `clear_s` without it. A
    cover over a part of the view has to stay on the same cells for `part_persist_s`: people and lorries that stop
    close to the camera look the same and go away.
    """

    sensitivity: dict[str, float] = {}
    """By kind of finding: above 1 it is found sooner, below 1 later, at 0 never."""

    persist_s: float = 4.0
    clear_s: float = 3.0
    learn_s: float = 30.0
    part_persist_s: float = 30.0

    black_p99: float = 40.0  # nothing in the picture is brighter
    frozen_share: float = 0.3  # change between pictures, of the least that is usual
    frozen_change: float = 0.12  # gray levels; never call more than this frozen
    live_change: float = 0.05  # gray levels; a scene that changes less when good cannot be judged for freezing

    moved_shift: float = 2.0  # pixels of 160
    moved_fit: float = 0.6  # similarity at the shift
    moved_gain: float = 0.12  # how much better the picture fits at the shift than unshifted
    moved_corner: float = 3.0  # pixels of 160; of a corner, by rolling or zooming
    pose_s: float = 60.0  # after the view was lost, in which rolling and zooming are looked for
    other_similarity: float = 0.2  # below: nothing of the view is left in its place
    other_empty: float = 0.5  # of the judged cells; another view has more structure

    cover_share: float = 0.7  # of the judged cells,
    cover_share_lost: float = 0.58  # or of them when hardly anything of the view is left
    covered_similarity: float = 0.4  # below, empty cells count as covered
    part_share: float = 0.08
    part_near: float = 0.25  # of a covered group's cells; the others may show the cover's own pattern
    part_rest: float = 0.87  # how well the rest must fit,
    part_rest_least: float = 0.7  # or how well with
    part_structure: float = 0.85  # at least so much of its structure
    blown: float = 245.0  # gray level; a brighter cell shows nothing, covered or not
    part_unexplained: float = 0.15  # of the judged cells; lost without being covered
    part_average_s: float = 8.0  # time constant over which cells are averaged

    blur_softness: float = 0.3  # loss of fine against coarse structure, natural logarithm
    blur_weakness: float = 0.42  # loss of edge energy against contrast, natural logarithm, softness included
    blur_similarity: float = 0.3  # below, nothing can be said about sharpness

    weak_similarity: float = 0.5  # below, without a known cause, nothing is decided
    familiar_similarity: float = 0.6  # above, the view is as it should be
    same_place: float = 0.2  # similarity whatever the polarity of the edges; above, it is the same place
    sudden_s: float = 30.0  # a hand turns or covers a camera in less, dusk takes longer
    darker: float = 0.55  # brightness against the last familiar picture
    brighter: float = 2.5
    noisier: float = 2.0
    contrast_in_dark: float = 14.0  # standard deviation; lamps at night have more, a cover less

    adapt_s: float = 21600.0  # time constant of the rolling copy of the reference
    adapt_every_s: float = 60.0

    @property
    def settled_s(self) -> float:
        """After so long a time of pictures (at most five seconds apart) every fault that stands has been found, so
        that one that was not found is absent."""
        return max(self.persist_s, self.part_persist_s + self.part_average_s) + 15.0
