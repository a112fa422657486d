"""Forms about the register of assets, and about commissioning."""

from collections.abc import Callable, Mapping
from datetime import datetime

from hub.core.assets.checks import BY_ID
from hub.core.assets.commands import (
    AddAssetFile,
    AnswerCheck,
    BeginCommissioning,
    ChangeAsset,
    HandOverAsset,
    RegisterAsset,
    RestoreAsset,
    RetireAsset,
    TakeOverAsset,
)
from hub.core.assets.fields import FIELDS, OF_SITE, Places, Wrong, written
from hub.core.assets.fields import Field as RegisterField
from hub.core.assets.model import Asset
from hub.core.command import Command
from hub.core.rounds.kinds import ASSET_KINDS
from hub.core.text import Text
from hub.locale import _, ngettext, say
from hub.tui.describe.record import actor
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing
from hub.tui.rows import asset_words as words
from hub.tui.situation import Situation

_HINTS: Mapping[str, Callable[[], str]] = {
    "date": lambda: _("such as 2026-03-02"),
    "mac": lambda: _("such as 00:1a:2b:3c:4d:5e"),
    "ip": lambda: _("such as 10.1.2.3"),
    "asset": lambda: _("id of an asset, such as SW-3"),
}


def register(situation: Situation, places: Places) -> Form:
    """Enter a new asset."""

    def read(values: Values, now: datetime) -> Command | Problems:
        name = values.get("asset", "").strip()
        problems = missing(values, "asset", _("Give it an id, such as SW-3."))
        if name and not _is_id(name):
            problems["asset"] = _("Letters, digits, . - and _, at most 63.")
        elif name.casefold() in places.assets:
            problems["asset"] = _("{asset} is in the register already.").format(asset=places.assets[name.casefold()])
        kind = values.get("kind", "")
        if kind not in ASSET_KINDS or kind == "camera":
            problems["kind"] = _("Choose one; cameras come from hub.toml.")
        read_, wrong = _read(values, {}, places)
        problems |= wrong
        if problems:
            return problems
        return RegisterAsset(asset=name, kind=kind, values=read_)  # type: ignore[arg-type]

    kinds = tuple(Choice(kind, words.word(words.KINDS, kind)) for kind in ASSET_KINDS if kind != "camera")
    return Form(
        key="asset:new",
        title=_("Enter an asset in the register"),
        about=[_("What is not known yet may be left empty; the list says what is lacking.")],
        fields=[
            Field("asset", _("Id"), _("such as SW-3; it stays for ever"), "", 63),
            Field("kind", _("Kind"), kind="choice", choices=kinds),
            *_fields({}, situation, camera=False),
        ],
        submit=_("Enter"),
        done=_("The asset is in the register."),
        read=read,
    )


def change(asset: Asset, situation: Situation, places: Places) -> Form:
    """Change what the register says of an asset."""
    camera = asset.kind == "camera"

    def read(values: Values, now: datetime) -> Command | Problems:
        changed, problems = _read(values, asset.values, places)
        if problems:
            return problems
        if not changed:
            return {_first(camera): _("Nothing is different.")}
        return ChangeAsset(asset=asset.id, values=changed)

    about = [_("What was before stays on record.")]
    if camera:
        about.append(_("Name, area and domain of a camera stand in hub.toml."))
    return Form(
        key=f"asset:{asset.id}",
        title=_("Change {asset}").format(asset=asset.id),
        about=about,
        fields=_fields(asset.values, situation, camera=camera),
        submit=_("Change"),
        done=_("{asset} is changed.").format(asset=asset.id),
        read=read,
    )


def retire(asset: Asset, places: Places) -> Form:
    """Take an asset out of use, or put it back."""
    if asset.retired is not None:

        def restored(values: Values, now: datetime) -> Command | Problems:
            problems = missing(values, "reason", _("Say why."))
            return problems or RestoreAsset(asset=asset.id, reason=values["reason"].strip())

        return asking(
            f"asset-restore:{asset.id}",
            _("Put {asset} back in use").format(asset=asset.id),
            [Field("reason", _("Reason"))],
            _("{asset} is in use again.").format(asset=asset.id),
            restored,
        )

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        successor = values.get("replaced_by", "").strip()
        if successor and successor.casefold() not in places.assets:
            problems["replaced_by"] = _("There is no asset {asset}.").format(asset=successor)
        return problems or RetireAsset(
            asset=asset.id, reason=values["reason"].strip(), replaced_by=places.assets.get(successor.casefold())
        )

    return asking(
        f"asset-retire:{asset.id}",
        _("Retire {asset}").format(asset=asset.id),
        [
            Field("reason", _("Reason")),
            Field("replaced_by", _("What takes its place"), _("id of an asset; may be left empty"), "", 63),
        ],
        _("{asset} is retired.").format(asset=asset.id),
        read,
        dangerous=True,
    )


def add_file(asset: Asset) -> Form:
    """Add a photo or a document to the archive."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "file", _("Name a file on this machine."))
        sort = values.get("sort", "")
        if sort not in words.FILES:
            problems["sort"] = _("Choose one.")
        if problems:
            return problems
        file, title = values["file"].strip(), values.get("title", "").strip()
        return AddAssetFile(asset=asset.id, attachment=file, sort=sort, title=title)  # type: ignore[arg-type]

    sorts = tuple(Choice(sort, words.word(words.FILES, sort)) for sort in words.FILES)
    return asking(
        f"asset-file:{asset.id}",
        _("Add to the archive of {asset}").format(asset=asset.id),
        [
            Field("file", _("File"), _("JPEG, PNG or PDF on this machine"), kind="file"),
            Field("sort", _("What it is"), initial="photo", kind="choice", choices=sorts),
            Field("title", _("Title"), _("may be left empty"), "", 200),
        ],
        _("The file is in the archive."),
        read,
    )


def commissioning(asset: Asset, situation: Situation) -> Form:
    """The next step of an asset's commissioning and handover."""
    record = asset.commissioning
    if record is None or record.taken_over is not None:
        return asking(
            f"commission:{asset.id}",
            _("Begin the commissioning record of {asset}").format(asset=asset.id),
            [],
            _("The commissioning record of {asset} is begun.").format(asset=asset.id),
            lambda values, now: BeginCommissioning(asset=asset.id),
            about=[_("What the hub can see it fills in; people answer the rest. Both sides sign.")],
        )
    note = Field("note", _("Note"), _("may be left empty"))
    if record.handed_over is not None:
        return asking(
            f"take-over:{asset.id}",
            _("Take {asset} over for the using department").format(asset=asset.id),
            [note],
            _("{asset} is in use.").format(asset=asset.id),
            lambda values, now: TakeOverAsset(asset=asset.id, note=values.get("note", "").strip()),
            about=[
                _("Handed over by {who}. Another person of another department signs.").format(
                    who=actor(record.handed_over.by, situation.names)
                )
            ],
        )
    waiting = [check for check, answer in record.checks.items() if answer is None or not answer.ok]
    if waiting:
        return answer_check(asset, waiting)
    return asking(
        f"hand-over:{asset.id}",
        _("Hand {asset} over for the technical department").format(asset=asset.id),
        [note],
        _("{asset} is handed over; the using department signs next.").format(asset=asset.id),
        lambda values, now: HandOverAsset(asset=asset.id, note=values.get("note", "").strip()),
        about=[_("Every check was found right.")],
    )


def answer_check(asset: Asset, waiting: list[str]) -> Form:
    """Answer one check of the record."""

    def read(values: Values, now: datetime) -> Command | Problems:
        check, ok, note = values.get("check", ""), values.get("ok", ""), values.get("note", "").strip()
        problems: Problems = {}
        if check not in BY_ID:
            problems["check"] = _("Choose one.")
        elif BY_ID[check].seen and not note:
            problems["note"] = _("The hub sees this by itself: to answer in its place, say why.")
        if ok not in ("yes", "no"):
            problems["ok"] = _("Choose one.")
        return problems or AnswerCheck(asset=asset.id, check=check, ok=ok == "yes", note=note)

    checks = tuple(Choice(check, say(BY_ID[check].ask)) for check in waiting if check in BY_ID)
    right = (Choice("yes", _("right")), Choice("no", _("wrong")))
    first = next((check for check in waiting if check in BY_ID and not BY_ID[check].seen), waiting[0])
    return asking(
        f"check:{asset.id}",
        _("Check {asset}").format(asset=asset.id),
        [
            Field("check", _("Check"), initial=first, kind="choice", choices=checks),
            Field("ok", _("Found"), initial="yes", kind="choice", choices=right),
            Field("note", _("Note"), _("may be left empty")),
        ],
        _("The check is on record."),
        read,
        about=[
            ngettext(
                "1 check is open. What the hub sees by itself answers itself when it is right.",
                "{n} checks are open. What the hub sees by itself answers itself when it is right.",
                len(waiting),
            ).format(n=len(waiting))
        ],
    )


def asking(
    key: str,
    title: str,
    fields: list[Field],
    done: str,
    read: Callable[[Values, datetime], Command | Problems],
    *,
    about: list[str] | None = None,
    dangerous: bool = False,
) -> Form:
    """A form about one asset or proposal."""
    return Form(
        key=key,
        title=title,
        about=about or [],
        fields=fields,
        submit=_("Put on record"),
        done=done,
        read=read,
        dangerous=dangerous,
    )


def _fields(known: Mapping[str, str], situation: Situation, *, camera: bool) -> list[Field]:
    return [_field(field, known, situation) for field in FIELDS if not (camera and field.name in OF_SITE)]


def _first(camera: bool) -> str:
    return next(field.name for field in FIELDS if not (camera and field.name in OF_SITE))


def _field(field: RegisterField, known: Mapping[str, str], situation: Situation) -> Field:
    value = known.get(field.name, "")
    choices = _choices(field, situation)
    if choices:
        return Field(field.name, say(field.label), initial=value, kind="choice", choices=choices)
    hint = _HINTS[field.sort]() if field.sort in _HINTS else field.unit
    return Field(field.name, say(field.label), hint, value, field.longest)


def _choices(field: RegisterField, situation: Situation) -> tuple[Choice, ...]:
    site = situation.site
    named: list[tuple[str, Text]] = []
    if site is not None and field.sort == "area":
        named = [(area.id, area.name) for area in site.areas]
    elif site is not None and field.sort == "department":
        named = [(department.id, department.name) for department in site.departments]
    if named:
        return tuple(Choice(key, say(name) or key) for key, name in named)
    if field.sort == "domain":
        return tuple(Choice(key, words.word(words.DOMAINS, key)) for key in words.DOMAINS)
    if field.sort == "yes-no":
        return (Choice("yes", _("yes")), Choice("no", _("no")))
    return ()


def _read(values: Values, known: Mapping[str, str], places: Places) -> tuple[dict[str, str], Problems]:
    """What differs from what is known, in its written form, and what is wrong with which field."""
    changed: dict[str, str] = {}
    problems: Problems = {}
    for field in FIELDS:
        if field.name not in values:
            continue
        value = written(field, values[field.name], places)
        if isinstance(value, Wrong):
            problems[field.name] = f"{say(value.message)}. {say(value.hint)}".strip()
        elif value != known.get(field.name, ""):
            changed[field.name] = value
    return changed, problems


def _is_id(name: str) -> bool:
    return name.isascii() and len(name) <= 63 and name[0].isalnum() and all(c.isalnum() or c in "._-" for c in name)


def places(situation: Situation, assets: list[str]) -> Places:
    """What forms may name."""
    site = situation.site
    return Places(
        areas=frozenset(area.id for area in site.areas) if site is not None else frozenset(),
        departments=frozenset(each.id for each in site.departments) if site is not None else frozenset(),
        assets={name.casefold(): name for name in assets},
        cameras=frozenset(camera.id for camera in site.cameras) if site is not None else frozenset(),
    )
