"""When a measure counts as a fault."""

import msgspec

from hub.vision.bounds import Bounds


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
    part_persist_s: float = 45.0

    black_p99: float = 40.0  # nothing in the picture is brighter
    frozen_share: float = 0.3  # change between pictures, of the least that is usual
    frozen_change: float = 0.12  # gray levels; never call more than this frozen
    recoded_share: float = 0.62  # change between pictures, of the least that is usual in this light
    recoded_known_s: float = 100.0  # for so long that light must have been seen
    recoded_clear: float = 0.8  # of the usual contrast and edges; a frozen picture has lost nothing
    live_change: float = 0.05  # gray levels; a scene that changes less when good cannot be judged for freezing

    moved_shift: float = 2.0  # pixels of 160
    moved_fit: float = 0.6  # similarity at the shift
    moved_gain: float = 0.05  # how much better the picture fits at the shift than unshifted
    moved_corner: float = 3.0  # pixels of 160; of a corner, by rolling or zooming
    pose_s: float = 60.0  # after the view was lost, in which rolling and zooming are looked for,
    pose_every_s: float = 6.0  # every so often, and each time once something is found
    other_similarity: float = 0.2  # below: nothing of the view is left in its place
    other_s: float = 30.0  # after the view was lost, before something else is another view
    other_energy: float = 0.55  # of the usual edges against brightness; another view has more
    other_empty: float = 0.5  # of the judged cells; another view has more structure

    cover_share: float = 0.7  # of the judged cells,
    cover_share_lost: float = 0.58  # or of them when hardly anything of the view is left
    cover_certain: float = 0.85  # with less of them covered
    cover_doubt_s: float = 15.0  # the view must have been lost for so long
    cover_energy: float = 0.35  # of the usual edges against brightness; in the dark a cover has less
    covered_similarity: float = 0.4  # below, empty cells count as covered
    shown_similarity: float = 0.5  # of one picture where it fits best; what shows so much of the view is not covered,
    shown_quality: float = 1.25  # and fits there so much better than anywhere else
    part_share: float = 0.08
    part_spots: float = 0.16  # of the judged cells, in several spots that came together
    part_near: float = 0.2  # of a covered group's cells; the others may show the cover's own pattern
    part_strange: float = 0.4  # of a change of light, from which a group does not count as covered
    part_shown: float = 0.12  # that still shows so much of the view, and of which
    part_clear: float = 0.5  # are as clear as ever
    part_rest: float = 0.87  # how well the rest must fit,
    part_rest_least: float = 0.7  # or how well with
    part_structure: float = 0.85  # at least so much of its structure
    part_lit: float = 0.75  # of the contrast between its light and dark places; with less the light changed
    blown: float = 245.0  # gray level; a brighter cell shows nothing, covered or not
    part_unexplained: float = 0.15  # of the judged cells; lost without being covered

    blur_softness: float = 0.3  # loss of fine against coarse structure, natural logarithm
    blur_margin: float = 0.15  # more than is ever usual at this hour
    blur_weakness: float = 0.42  # loss of edge energy against contrast, natural logarithm, softness included
    blur_similarity: float = 0.3  # below, nothing can be said about sharpness

    soiled_share: float = 0.065  # of the judged cells
    soiled_persist_s: float = 1500.0  # people and vehicles do not stay on the same cells for so long
    soiled_doubtful: float = 0.45  # of the judged cells neither kept nor lost: haze, not dirt
    decline_weekly: float = 0.01  # of sharpness or contrast, for certain
    overgrown_share: float = 0.06  # of the judged cells
    overgrown_persist_s: float = 3000.0
    creeping_s: float = 1800.0  # between the first and the last cell that plants grew into

    weak_similarity: float = 0.5  # below, without a known cause, nothing is decided
    familiar_similarity: float = 0.6  # above, the view is as it should be
    same_place: float = 0.2  # similarity whatever the polarity of the edges; above, it is the same place
    sudden_s: float = 30.0  # a hand turns or covers a camera in less, dusk takes longer
    darker: float = 0.55  # brightness against the last familiar picture
    brighter: float = 2.5
    noisier: float = 2.0
    contrast_in_dark: float = 14.0  # standard deviation; lamps at night have more, a cover less

    unfamiliar_s: float = 60.0  # a light that no reference fits for so long is learned
    fitting_similarity: float = 0.8  # the view is surely as it should be
    learn_covered: float = 0.12  # of the judged cells; with more of them covered no light is learned
    learn_dim: float = 0.3  # the same where the light became another slowly
    learn_energy: float = 0.3  # of the usual edges against brightness; with less no light is learned
    slow_s: float = 600.0  # a light that takes so long to get unfamiliar is no hand and no bump
    same_place_quality: float = 1.3  # by how much edges must fit best in place, whatever side of them is brighter
    hold_s: float = 6.0  # after the camera changed between colour and none
    twilight_h: float = 1.0  # on both sides of the hours at which the light was seen to change
    switch_s: float = 900.0  # after a reference for another light came into use
    strange: float = 0.8  # of the change of light beyond which a reference says nothing of sharpness and parts
    patience: float = 5.0  # by how many times longer a part or a blur must last in changing light

    whole: Bounds = Bounds()

    @property
    def settled_s(self) -> float:
        """After so long a time of pictures (at most five seconds apart) every fault that stands has been found, so
        that one that was not found is absent."""
        return max(self.persist_s, self.part_persist_s + 8.0) + 15.0
