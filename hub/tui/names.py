"""What staff call the things that the hub knows by their ids: cameras, areas, departments, posts, teams, people."""

from datetime import tzinfo

import msgspec

from hub.client import SiteView
from hub.core.text import Text
from hub.locale import say
from hub.tui import words


class Names(msgspec.Struct, frozen=True):
    """Names by id, and the zone for times. An id without a name is said as it is."""

    zone: tzinfo
    cameras: dict[str, Text] = {}
    areas: dict[str, Text] = {}
    departments: dict[str, Text] = {}
    posts: dict[str, Text] = {}
    teams: dict[str, Text] = {}
    shifts: dict[str, Text] = {}
    people: dict[str, str] = {}
    """By account."""

    def camera(self, camera: str | None) -> str:
        return _named(self.cameras, camera) if camera is not None else ""

    def area(self, area: str) -> str:
        return _named(self.areas, area)

    def department(self, department: str) -> str:
        return _named(self.departments, department)

    def post(self, post: str) -> str:
        return _named(self.posts, post)

    def team(self, team: str) -> str:
        return _named(self.teams, team)

    def shift(self, shift: str) -> str:
        return _named(self.shifts, shift)

    def person(self, account: str) -> str:
        """The person of an account, told apart by the account from others of the same name."""
        name = self.people.get(account, "")
        if not name:
            return account
        alone = sum(other == name for other in self.people.values()) == 1
        return name if alone else f"{name} ({account})"

    def subject(self, subject: str) -> str:
        """What an alarm, a ticket or a firing of a rule is about, such as `camera:gate-1` or `post:gate-house`."""
        kind, _colon, name = subject.partition(":")
        match kind:
            case "camera":
                return self.camera(name)
            case "post":
                return words.subject(f"post:{self.post(name)}")
            case "account":
                return words.subject(f"account:{self.person(name)}")
            case "team":
                return words.subject(f"team:{self.team(name)}")
            case "place":
                post, _space, account = name.partition(" ")
                return words.subject(f"place:{words.about(self.post(post), self.person(account))}")
            case "gap":
                post, _space, day = name.partition(" ")
                return words.subject(f"gap:{self.post(post)} {day}")
            case _:
                return words.subject(subject)

    def about(self, camera: str | None, subject: str) -> str:
        """What something is about that may be about a camera."""
        return self.camera(camera) if camera is not None else self.subject(subject)


def names_of(site: SiteView | None, zone: tzinfo) -> Names:
    """The names in what one may see of the site."""
    if site is None:
        return Names(zone)
    return Names(
        zone,
        cameras={camera.id: camera.name for camera in site.cameras},
        areas={area.id: area.name for area in site.areas},
        departments={department.id: department.name for department in site.departments},
        posts={post.post: post.name for post in site.posts},
        teams=site.teams,
        shifts=site.shifts,
        people=site.people,
    )


def _named(names: dict[str, Text], id_: str) -> str:
    name = names.get(id_)
    return say(name) if name else id_
