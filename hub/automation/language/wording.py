"""Texts of rules: `$name` placeholders, and the message that is sent where a rule gives no text of its own.

`$name` or `${name}` stands for a value of the event (`$detail`, `$share`, `$camera.domain`) or for one of
`PLACEHOLDERS`; `$$` is a dollar sign. Names are checked when the rule is loaded; putting the values in never fails.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from hub.automation.language.condition import ConditionProblem, did_you_mean
from hub.automation.language.fields import fields_of, texts_of
from hub.core.saying import saying
from hub.core.site import Area, Camera, Site
from hub.core.text import Language, Text

LONGEST_VALUE = 300
"""Characters of one value put into a text; the rest is cut off."""

PLACEHOLDERS: dict[str, str] = {
    "site": "Name of the site.",
    "rule_title": "Title of the rule.",
    "event": "Wire name of the event.",
    "since": "When it began, in the site's time.",
    "time": "When the rule fired, in the site's time.",
    "journal_seq": "Number of the record that the rule fired about.",
    "journal_hash": "Hash of that record, which proves all before it: `hub verify --head SEQ:HASH`.",
}
"""What every text may use."""
CAMERA_PLACEHOLDERS: dict[str, str] = {
    "camera_name": "Name of the camera.",
    "area": "Name of its area.",
}
"""What texts may also use where every event of the rule is about a camera."""

_PLACEHOLDER = re.compile(r"\$(?:(\$)|([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)|\{([^{}$\s]{1,100})\})")
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_UNKNOWN = "–"
_BETWEEN: dict[Language, str] = {"en": ", ", "zh_CN": "、"}
_WITHOUT_OFFSET = len("2026-01-05 08:00:00")


class Occasion(msgspec.Struct, frozen=True, dict=True):
    """What happened, as far as texts name it: the same for every rule that fires about it, so that what is said of it
    in the same words is put together once."""

    site: Site
    names: Mapping[str, Any]
    camera: Camera | None
    area: Area | None
    event: str
    since_at: datetime
    zone: tzinfo
    journal_seq: int
    journal_hash: bytes
    called: Mapping[str, Any] = {}
    """What the ids among `names` are called (`called.called`)."""

    @cached_property
    def camera_name(self) -> Text:
        if self.camera is None:
            name = _fit(str(self.names.get("camera") or _UNKNOWN))
            return Text(en=name, zh=name)
        return _fitting(self.camera.name)

    @property
    def area_name(self) -> Text:
        if self.area is not None:
            return _fitting(self.area.name)
        name = _fit(self.camera.area if self.camera is not None else _UNKNOWN)
        return Text(en=name, zh=name)

    @cached_property
    def opening(self) -> Text:
        """The first lines of a message: which camera, since when, what was found."""
        since = _local(self.since_at, self.zone)
        en, zh = [f"Since: {since}"], [f"开始时间：{since}"]
        if "camera" in self.names:
            camera, name, area = _fit(self.names["camera"]), self.camera_name, self.area_name
            en.insert(0, f"Camera: {name.en} ({camera}), {area.en}")
            zh.insert(0, f"摄像机：{name.zh}（{camera}），{area.zh}")
        detail = self.names.get("detail")
        if detail:
            en.append(f"Detail: {_shown('detail', _spoken(detail, 'en'), self.zone)}")
            zh.append(f"情况：{_shown('detail', _spoken(detail, 'zh_CN'), self.zone)}")
        return Text(en="\n".join(en), zh="\n".join(zh))


class Scene(NamedTuple):
    """What the texts of one firing are about."""

    occasion: Occasion
    rule_title: Text
    fired_at: datetime


def placeholders_of(text: str) -> tuple[str, ...]:
    """The names that `text` has placeholders for, in order."""
    return tuple(found[2] or found[3] for found in _PLACEHOLDER.finditer(text) if not found[1])


@lru_cache(maxsize=1000)
def known_placeholders(on: tuple[str, ...]) -> frozenset[str]:
    """The placeholders that texts of a rule on these events may use (for an `every` rule: `fields.SCHEDULED`).

    A name `x.*` stands for every `x.NAME`.
    """
    fields = fields_of(on)
    return (
        frozenset(fields)
        | texts_of(on)
        | frozenset(PLACEHOLDERS)
        | frozenset(CAMERA_PLACEHOLDERS if "camera" in fields else ())
    )


def check_placeholders(text: str, on: Iterable[str]) -> list[ConditionProblem]:
    """Every placeholder in `text` that is not known, with its column."""
    if "$" not in text:
        return []
    known = known_placeholders(tuple(on))
    return [
        ConditionProblem(
            found.start() + 1,
            saying("`${name}` is not known here.", name=name),
            did_you_mean(name, (each for each in known if not each.endswith(".*"))),
        )
        for found in _PLACEHOLDER.finditer(text)
        if not found[1] and (name := found[2] or found[3]) not in known and f"{name.rpartition('.')[0]}.*" not in known
    ]


def render(text: Text, scene: Scene) -> Text:
    """`text` with the values of `scene` in both languages, people and cameras by their names. A value that is absent is
    shown as `–`."""
    if "$" not in text.en and "$" not in text.zh:
        return text
    return Text(en=_rendered(text.en, scene, "en"), zh=_rendered(text.zh, scene, "zh_CN"))


def render_for_programs(text: str, scene: Scene) -> str:
    """`text` with the values of `scene`, ids as they are."""
    return _rendered(text, scene._replace(occasion=replace(scene.occasion, called={})), "en") if "$" in text else text


def headline(scene: Scene, title: Text) -> Text:
    """The title of a message: what, and about which camera."""
    if "camera" not in scene.occasion.names:
        return title
    name = scene.occasion.camera_name
    return Text(en=f"{title.in_('en')}: {name.en}", zh=f"{title.in_('zh_CN')}：{name.zh}")


def message_body(scene: Scene, response: Text) -> Text:
    """The body of a message for which the rule gives no text. Title and clause go with every message beside it."""
    opening = scene.occasion.opening
    if not response.in_("en"):
        return opening
    return Text(
        en=f"{opening.en}\nWhat to do: {response.in_('en')}",
        zh=f"{opening.zh}\n处置：{response.in_('zh_CN')}",
    )


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[tuple[str, str], ...]:
    """What stands before each placeholder, and its name; at last what stands after them, without a name."""
    pieces, at = [], 0
    for found in _PLACEHOLDER.finditer(text):
        pieces.append((text[at : found.start()] + (found[1] or ""), found[2] or found[3] or ""))
        at = found.end()
    return (*pieces, (text[at:], ""))


def _rendered(text: str, scene: Scene, language: Language) -> str:
    return "".join(f"{before}{_value(name, scene, language)}" if name else before for before, name in _pieces(text))


_READ: dict[str, Callable[[Scene], Any]] = {
    "site": lambda scene: scene.occasion.site.name,
    "rule_title": lambda scene: scene.rule_title,
    "event": lambda scene: scene.occasion.event,
    "since": lambda scene: scene.occasion.since_at,
    "time": lambda scene: scene.fired_at,
    "journal_seq": lambda scene: str(scene.occasion.journal_seq),
    "journal_hash": lambda scene: scene.occasion.journal_hash.hex() or None,
    "camera_name": lambda scene: scene.occasion.camera_name,
    "area": lambda scene: scene.occasion.area_name,
}
"""Where the values of `PLACEHOLDERS` and `CAMERA_PLACEHOLDERS` come from; those of others are in the event's names."""


def _value(name: str, scene: Scene, language: Language) -> str:
    read = _READ.get(name)
    if read is None and (called := scene.occasion.called.get(name)) is not None:
        names = called if isinstance(called, list) else [called]
        return _fit(_BETWEEN[language].join(each.in_(language) for each in names[:20]))
    value = read(scene) if read is not None else scene.occasion.names.get(name)
    return _shown(name, _spoken(value, language), scene.occasion.zone)


def _spoken(value: Any, language: Language) -> Any:
    if isinstance(value, list) and value and all(isinstance(item, Text) for item in value):
        return " ".join(item.in_(language) for item in value)
    return value.in_(language) if isinstance(value, Text) else value


def _shown(name: str, value: Any, zone: tzinfo) -> str:
    match value:
        case str():
            shown = value
        case None:
            return _UNKNOWN
        case bool():
            shown = "yes" if value else "no"
        case datetime():
            return _local(value, zone)
        case float() | int():
            shown = f"{value:.0%}" if name == "share" else f"{value:.4g}"
        case list():
            shown = ", ".join(str(item) for item in value[:20])
        case _:
            shown = str(value)
    return _fit(shown)


def _fitting(name: Text) -> Text:
    return Text(en=_fit(name.in_("en")), zh=_fit(name.in_("zh_CN")))


def _fit(shown: str) -> str:
    """A value on one line, and not longer than a value may be."""
    if not shown.isprintable():
        shown = _UNFIT.sub(" ", shown)
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 1]}…"


def _local(at: datetime, zone: tzinfo) -> str:
    try:
        local = at.astimezone(zone)
    except (OverflowError, ValueError):
        return _UNKNOWN
    shown = local.isoformat(" ", "seconds")[:_WITHOUT_OFFSET]
    return f"{shown} UTC" if local.tzname() == "UTC" else shown
