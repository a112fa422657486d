"""What to call a device that was found, and where to put it: proposals from what it says of itself. Pure.

A person looks at each proposal and may change all of it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from hub.discovery.clean import plain

LONGEST_ID = 63
_SHIPPED = re.compile(
    r"(?i)\s*(?:(?:ip|network|hd|analog)?[\s_-]*(?:camera|cam|dome|ipc|ipdome|nvr|dvr|embedded net dvr|channel|onvif)"
    r"[\s_-]*\d*|摄像机\s*\d*|通道\s*\d*|none|unknown|default|localhost)\s*"
)
"""Names that devices come with from the maker: they name none of them."""
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")


class Neighbour(msgspec.Struct, frozen=True):
    """A camera of the site: its domain, and its address where that is known."""

    domain: str
    host: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An area as hub.toml knows it, with its cameras."""

    id: str
    en: str = ""
    zh: str = ""
    neighbours: tuple[Neighbour, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What hub.toml could say of it. Empty: nothing speaks for anything."""

    id: str
    name: str
    area: str = ""
    domain: str = ""
    driver: str = ""


def propose(
    *,
    address: str,
    name: str = "",
    model: str = "",
    drivers: Sequence[str] = (),
    available: Collection[str] = (),
    places: Sequence[Place] = (),
    ids: Collection[str] = (),
) -> Proposal:
    """A proposal for a device or one of its channels.

    `available`: the drivers that this site has. `ids`: what is taken already. `name`: what it calls itself.
    """
    told = own_name(name, model=model, address=address)
    place = _place(told, address, places)
    return Proposal(
        id=free_id(slug(told) or slug(f"{model} {_last(address)}") or f"camera-{_last(address)}", ids),
        name=told or plain(f"{model} {address}"),
        area=place.id if place is not None else "",
        domain=_domain(place, address, places),
        driver=next((driver for driver in drivers if driver in available), ""),
    )


def own_name(name: str, *, model: str = "", address: str = "") -> str:
    """The name that people gave it; nothing for one that it came with.

    >>> own_name("Tank farm"), own_name("Camera 01")
    ('Tank farm', '')
    """
    own = plain(name)
    return "" if _SHIPPED.fullmatch(own) or own.casefold() in (model.casefold(), address) else own


def propose_channel(
    device: Proposal, number: int, name: str, *, address: str, places: Sequence[Place] = (), ids: Collection[str] = ()
) -> Proposal:
    """A proposal for one of several channels: one that nobody named is called after its device, with its number."""
    if own_name(name):
        return propose(address=address, name=name, model=device.id, places=places, ids=ids)
    made = propose(address=address, name=f"{device.name} {number}", places=places, ids=ids)
    return msgspec.structs.replace(made, id=free_id(f"{device.id[: LONGEST_ID - 10]}-{number}", ids))


def slug(text: str) -> str:
    """Small letters, digits and `-` of a text; nothing where it has no Latin letters.

    >>> slug("Straße 7 / Tor  Süd")
    'strasse-7-tor-sud'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    ascii_ = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.findall(r"[a-z0-9]+", ascii_)
    if not any(re.search("[a-z]", word) for word in words):
        return ""
    return "-".join(words)[: LONGEST_ID - 4].strip("-")


def free_id(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3` … that nobody has."""
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)


def _last(address: str) -> str:
    """The end of an address, which tells neighbours apart."""
    return re.sub(r"[^0-9a-f]+", "-", ".".join(address.split(".")[-2:]).casefold().split("%")[0]).strip("-") or "new"


def _domain(place: Place | None, address: str, places: Sequence[Place]) -> str:
    """That of most cameras of its area; else of its network; else the only one that the site has."""
    everywhere = [each for where in places for each in where.neighbours]
    near = [each for each in everywhere if _beside(each, address)]
    for cameras in (place.neighbours if place is not None else (), near):
        if cameras:
            domains = Counter(each.domain for each in cameras)
            return min(domains, key=lambda domain: (-domains[domain], domain))
    only = {each.domain for each in everywhere}
    return only.pop() if len(only) == 1 else ""


def _beside(camera: Neighbour, address: str) -> bool:
    network = address.rpartition(".")[0]
    return bool(network) and camera.host.rpartition(".")[0] == network


def _place(name: str, address: str, places: Sequence[Place]) -> Place | None:
    """The area whose name the device's name holds; else that of most cameras in its network; else the only one."""
    words = set(_WORD.findall(name.casefold()))
    scores: Mapping[str, int] = {place.id: _likeness(name.casefold(), words, place) for place in places}
    best = max(places, key=lambda place: scores[place.id], default=None)
    if best is not None and scores[best.id] > 0:
        return best
    near = {place.id: sum(_beside(each, address) for each in place.neighbours) for place in places}
    best = max(places, key=lambda place: near[place.id], default=None)
    return best if best is not None and (near[best.id] > 0 or len(places) == 1) else None


def _likeness(name: str, words: set[str], place: Place) -> int:
    if place.zh and place.zh.casefold() in name:
        return 100 + len(place.zh)
    own = set(_WORD.findall(f"{place.en.casefold()} {place.id}")) - {"the", "area", "of", "and"}
    return len(own & words)
