"""Entering and changing assets: what a command or a table says, checked, and the events that come of it."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from hub.core.assets.commands import ImportRow
from hub.core.assets.events import AssetChanged, AssetRegistered
from hub.core.assets.fields import BY_NAME, OF_SITE, Places, Wrong, suggested, written
from hub.core.assets.model import Asset
from hub.core.assets.register import in_a_circle
from hub.core.text import Text

MOST_ASSETS = 20_000


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one row: its number from 0, the field (empty: the whole row), and the way out."""

    row: int
    field: str = ""
    message: Text
    hint: Text = Text(en="")

    def __str__(self) -> str:
        return f"{self.field} {self.message.en}. {self.hint.en}".strip()


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """What rows come to. Nothing is entered as long as there are `faults`."""

    events: list[AssetRegistered | AssetChanged] = []
    faults: list[Fault] = []
    assets: dict[str, Asset] = {}
    """The register as it would be."""


def enter(known: Mapping[str, Asset], places: Places, rows: Sequence[ImportRow], *, imported: bool) -> Entries:
    """What `rows` add to and change in the register. Rows may name each other as parents, in any order."""
    events: list[AssetRegistered | AssetChanged] = []
    faults: list[Fault] = []
    after, names, seen = dict(known), dict(places.assets), dict[str, int]()
    for row in rows:
        names.setdefault(row.asset.casefold(), row.asset)
    places = replace(places, assets=names)
    touched: dict[str, int] = {}
    for number, row in enumerate(rows):
        key = names[row.asset.casefold()]
        if key.casefold() in seen:
            said = seen[key.casefold()] + 1
            faults.append(
                Fault(row=number, message=Text(en=f"is the asset of row {said} again", zh=f"与第 {said} 行重复"))
            )
            continue
        seen[key.casefold()] = number
        asset = after.get(key)
        wrong, values = _values(number, row, asset, places)
        faults += wrong
        touched[key] = number
        if asset is None:
            events.append(
                AssetRegistered(
                    asset=key, kind=row.kind, values=values, domain=values.get("domain", ""), imported=imported
                )
            )
            after[key] = Asset(id=key, kind=row.kind, values=values)
        else:
            changed = {name: value for name, value in values.items() if value != asset.values.get(name, "")}
            if changed:
                before = {name: asset.values.get(name, "") for name in changed}
                events.append(AssetChanged(asset=key, before=before, after=changed, imported=imported))
                whole = {name: value for name, value in {**asset.values, **changed}.items() if value}
                after[key] = replace(asset, values=whole)
    faults += _structure(after, touched)
    if len(after) > MOST_ASSETS:
        faults.append(
            Fault(
                row=len(rows) - 1,
                message=Text(en=f"would make more than {MOST_ASSETS} assets", zh=f"设备超过 {MOST_ASSETS} 台"),
            )
        )
    return Entries(events=[] if faults else events, faults=faults, assets=after)


def _values(number: int, row: ImportRow, asset: Asset | None, places: Places) -> tuple[list[Fault], dict[str, str]]:
    faults: list[Fault] = []
    values: dict[str, str] = {}
    camera = row.asset.casefold() in places.cameras
    if asset is not None and asset.kind != row.kind:
        faults.append(
            Fault(
                row=number,
                field="kind",
                message=Text(
                    en=f"is {row.kind}, and {asset.id} is a {asset.kind}",
                    zh=f"为 {row.kind}，但 {asset.id} 是 {asset.kind}",
                ),
                hint=Text(en="Retire it and register another.", zh="请停用后另行登记。"),
            )
        )
    if asset is not None and asset.retired is not None:
        faults.append(
            Fault(
                row=number,
                message=Text(en=f"{asset.id} is retired", zh=f"{asset.id} 已停用"),
                hint=Text(en="Restore it first.", zh="请先恢复使用。"),
            )
        )
    if asset is None and row.kind == "camera":
        faults.append(
            Fault(
                row=number,
                message=Text(en=f"hub.toml has no camera {row.asset}", zh=f"hub.toml 中没有摄像机 {row.asset}"),
                hint=suggested(row.asset, sorted(places.cameras)),
            )
        )
    for name, text in row.values.items():
        field = BY_NAME.get(name)
        if field is None:
            message = Text(en="is no field of the register", zh="不是台账字段")
            faults.append(Fault(row=number, field=name, message=message, hint=suggested(name, list(BY_NAME))))
            continue
        value = written(field, text, places)
        if isinstance(value, Wrong):
            faults.append(Fault(row=number, field=name, message=value.message, hint=value.hint))
        elif camera and name in OF_SITE:
            if asset is not None and value and value != asset.values.get(name, ""):
                message = Text(en="of a camera is said by hub.toml", zh="由 hub.toml 规定")
                faults.append(
                    Fault(
                        row=number,
                        field=name,
                        message=message,
                        hint=Text(en="Change it there.", zh="请在该文件中修改。"),
                    )
                )
        elif value or asset is not None:
            values[name] = value
    return faults, values


def _structure(after: Mapping[str, Asset], touched: Mapping[str, int]) -> Iterable[Fault]:
    for name in in_a_circle(after, touched):
        yield Fault(
            row=touched[name],
            field="parent",
            message=Text(en=f"would let {name} hang on itself", zh=f"会使 {name} 挂接到自身"),
            hint=Text(
                en="A chain ends at what hangs on nothing, such as a UPS.", zh="链路应止于无上级的设备，如 UPS。"
            ),
        )
    serials: dict[tuple[str, str], str] = {}
    for asset in after.values():
        for field in ("serial", "mac", "ip"):
            value = asset.values.get(field, "")
            if not value or asset.retired is not None or (field == "serial" and not asset.values.get("maker")):
                continue
            key = (field, f"{asset.values['maker']}/{value}" if field == "serial" else value)
            other = serials.setdefault(key, asset.id)
            if other != asset.id and (asset.id in touched or other in touched):
                theirs = other if asset.id in touched else asset.id
                yield Fault(
                    row=touched.get(asset.id, touched.get(other, 0)),
                    field=field,
                    message=Text(
                        en=f"{value} is that of {theirs} as well",
                        zh=f"{value} 与 {theirs} 重复",
                    ),
                    hint=Text(en="Two devices never share it.", zh="两台设备不会相同。"),
                )
