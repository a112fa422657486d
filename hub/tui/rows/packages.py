"""How far the package of a release is, and where it is."""

from hub.client.release_packages import PackageProgress
from hub.core.releases.model import Package, Release
from hub.footage.verify import grouped
from hub.locale import N_, _, ngettext
from hub.tui import moments, words
from hub.tui.rows.row import Fact
from hub.tui.words_releases import size

_STEPS: dict[str, str] = {
    "waiting": N_("waits until what was just recorded is sealed"),
    "recorder": N_("{device} is asked for what the hub has not"),
    "originals": N_("the originals are fetched and copied"),
    "copy": N_("the playable copy is made"),
    "seal": N_("it is packed"),
    "encrypt": N_("it is encrypted"),
}
_BAR = 20


def bar(done: int, total: int) -> str:
    """`████████░░░░  40 %`; empty while nobody knows how much there is."""
    if total <= 0:
        return ""
    share = min(1.0, done / total)
    full = int(share * _BAR)
    return f"{'█' * full}{'░' * (_BAR - full)} {int(share * 100):3d} %"


def amount(done: int, total: int) -> str:
    """The bar, and how much of how much."""
    return f"{bar(done, total)}  {size(done)} / {size(total)}" if total > 0 else size(done)


def making(progress: PackageProgress | None) -> list[Fact]:
    """How far a package is that is being made; one that nothing is known of waits for another."""
    if progress is None:
        return [Fact(_("Package"), _("is being made; another one may come first"), "muted")]
    step = _(_STEPS.get(progress.step, progress.step)).format(device=progress.device)
    found = [Fact(_("Package"), words.about(_("is being made"), step))]
    return [*found, Fact("", amount(progress.done, progress.total))] if progress.total > 0 else found


def missing(package: Package) -> list[Fact]:
    """What whoever hands the package over should know before."""
    if package.missing_s <= 0:
        return []
    span = moments.span(package.missing_s)
    return [Fact(_("Missing"), _("{span} of the period; the custody page says why").format(span=span), "fault")]


def ready(release: Release) -> list[Fact]:
    """What there is to be fetched, and with what the receiver checks it."""
    package = release.package
    if package is None:
        return []
    made = ngettext("1 original, {size}", "{segments} originals, {size}", package.segments).format(
        segments=package.segments, size=size(package.bytes)
    )
    return [
        Fact(_("Package"), words.about(package.name, made), "good"),
        *missing(package),
        Fact("SHA-256", package.sha256),
        Fact(_("Signed with"), grouped(package.key)),
        Fact("", _("Give the receiver this fingerprint on paper or by telephone, not with the package."), "muted"),
        *([Fact("", _("It is encrypted: only the receiver can open it."), "muted")] if release.recipient else []),
    ]
