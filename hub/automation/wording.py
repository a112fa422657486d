"""Texts of rules: `$name` placeholders, and the message that is sent where a rule gives no text of its own.

`$name` or `${name}` stands for a value of the event (`$detail`, `$share`, `$camera.domain`) or for one of
`PLACEHOLDERS`; `$$` is a dollar sign. Names are checked when the rule is loaded; putting the values in never fails.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

import msgspec

from hub.automation.condition import ConditionProblem, did_you_mean
from hub.automation.fields import fields_of, texts_of
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


class Scene(msgspec.Struct, frozen=True):
    """What the texts of one firing are about."""

    site: Site
    names: Mapping[str, Any]
    camera: Camera | None
    area: Area | None
    rule_title: Text
    event: str
    since_at: datetime
    fired_at: datetime
    zone: tzinfo
    journal_seq: int
    journal_hash: bytes


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
            f"`${name}` is not known here.",
            did_you_mean(name, (each for each in known if not each.endswith(".*"))),
        )
        for found in _PLACEHOLDER.finditer(text)
        if not found[1] and (name := found[2] or found[3]) not in known and f"{name.rpartition('.')[0]}.*" not in known
    ]


def render(text: Text, scene: Scene) -> Text:
    """`text` with the values of `scene` in both languages. A value that is absent is shown as `–`."""
    if "$" not in text.en and "$" not in text.zh:
        return text
    return Text(en=_rendered(text.en, scene, "en"), zh=_rendered(text.zh, scene, "zh_CN"))


def headline(scene: Scene, title: Text) -> Text:
    """The title of a message: what, and about which camera."""
    if "camera" not in scene.names:
        return title
    name = _camera_name(scene)
    return Text(en=f"{title.in_('en')}: {name.en}", zh=f"{title.in_('zh_CN')}：{name.zh}")


def message_body(scene: Scene, response: Text) -> Text:
    """The body of a message for which the rule gives no text. Title and clause go with every message beside it."""
    since = _local(scene.since_at, scene.zone)
    en, zh = [f"Since: {since}"], [f"开始时间：{since}"]
    if "camera" in scene.names:
        camera, name, area = _fit(scene.names["camera"]), _camera_name(scene), _area_name(scene)
        en.insert(0, f"Camera: {name.en} ({camera}), {area.en}")
        zh.insert(0, f"摄像机：{name.zh}（{camera}），{area.zh}")
    if scene.names.get("detail"):
        en.append(f"Detail: {_value('detail', scene, 'en')}")
        zh.append(f"情况：{_value('detail', scene, 'zh_CN')}")
    if response.in_("en"):
        en.append(f"What to do: {response.in_('en')}")
        zh.append(f"处置：{response.in_('zh_CN')}")
    return Text(en="\n".join(en), zh="\n".join(zh))


def _camera_name(scene: Scene) -> Text:
    if scene.camera is None:
        return Text(en=_value("camera_name", scene, "en"), zh=_value("camera_name", scene, "zh_CN"))
    name = scene.camera.name
    return Text(en=_fit(name.in_("en")), zh=_fit(name.in_("zh_CN")))


def _area_name(scene: Scene) -> Text:
    if scene.area is None:
        return Text(en=_value("area", scene, "en"), zh=_value("area", scene, "zh_CN"))
    name = scene.area.name
    return Text(en=_fit(name.in_("en")), zh=_fit(name.in_("zh_CN")))


def _rendered(text: str, scene: Scene, language: Language) -> str:
    return _PLACEHOLDER.sub(lambda found: found[1] or _value(found[2] or found[3], scene, language), text)


def _value(name: str, scene: Scene, language: Language) -> str:
    match name:
        case "site":
            value: Any = scene.site.name.in_(language)
        case "rule_title":
            value = scene.rule_title.in_(language)
        case "event":
            value = scene.event
        case "since":
            value = scene.since_at
        case "time":
            value = scene.fired_at
        case "journal_seq":
            value = str(scene.journal_seq)
        case "journal_hash":
            value = scene.journal_hash.hex() or None
        case "camera_name" | "area":
            value = _place(name, scene, language)
        case _:
            value = scene.names.get(name)
    return _shown(name, value.in_(language) if isinstance(value, Text) else value, scene.zone)


def _place(name: str, scene: Scene, language: Language) -> str | None:
    if name == "camera_name":
        return scene.camera.name.in_(language) if scene.camera is not None else scene.names.get("camera")
    if scene.area is not None:
        return scene.area.name.in_(language)
    return scene.camera.area if scene.camera is not None else None


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
    shown = local.replace(tzinfo=None).isoformat(" ", "seconds")
    return f"{shown} UTC" if local.tzname() == "UTC" else shown
