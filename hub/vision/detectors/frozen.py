"""The stream goes on but the picture stands still, noise included."""

from hub.core.text import Text
from hub.vision.scene import Scene, Suspicion


def undecidable(scene: Scene) -> bool:
    """A scene that hardly changes when all is well gives no sign when it freezes; nor does a single picture."""
    return scene.difference is None or scene.liveness < scene.limits.live_change


def detect(scene: Scene, held: bool) -> Suspicion | None:
    """Suspect when the picture changes far less than it ever does.

    A smooth cover leaves the encoder nothing to change and looks frozen; it is left to the cover's own detector.
    """
    limits = scene.limits
    if undecidable(scene) or scene.difference is None:
        return None
    if scene.compared is not None and scene.compared.covered_share >= scene.compared.mostly:
        return None
    threshold = min(limits.frozen_share * scene.liveness, limits.frozen_change)
    if scene.difference >= threshold * (2.0 if held else 1.0):
        return None
    return Suspicion(
        Text(en="the picture no longer changes", zh="画面不再变化"),
        measures={"difference": scene.difference, "usual": scene.liveness},
    )
