"""Releases of recordings that wait for the person at the screen."""

from collections.abc import Iterator

from hub.client import SiteView
from hub.locale import N_, _
from hub.tui.rows.releases import camera_names, waits_for
from hub.tui.rows.task import Task
from hub.tui.situation import Situation

_STEPS = {
    "requested": N_("Release {release} to check: identification and letter"),
    "returned": N_("Release {release} was given back: something is missing"),
    "checked": N_("Release {release} to decide"),
    "approved": N_("Release {release} to pack"),
    "prepared": N_("Release {release} to hand over"),
    "handed_over": N_("Release {release} to close, when nothing more is needed"),
}


def of_releases(site: SiteView, situation: Situation) -> Iterator[Task]:
    for release in site.releases:
        if not waits_for(release, site.me):
            continue
        yield Task(
            key=f"release:{release.id}",
            urgency="open" if release.state == "handed_over" else "soon",
            what=_(_STEPS[release.state]).format(release=release.id),
            about=camera_names(release, situation),
            by_at=None,
            mine=True,
            panel="releases",
            item=release.id,
        )
