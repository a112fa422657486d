"""The register of assets: what the API says of it, and tables read from and written to files."""

import asyncio
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec

from hub.client import HubClient
from hub.client.assets_xlsx import read_cells, write_cells
from hub.client.attachments import AttachmentView
from hub.client.views import EventView
from hub.core.assets.completeness import Completeness
from hub.core.assets.fields import Places
from hub.core.assets.lives import Fault, Watched
from hub.core.assets.model import Asset, AssetState, Proposal
from hub.core.assets.score import Score
from hub.core.assets.suspects import Suspect
from hub.core.assets.table import LARGEST_TABLE, Plan, Table, as_csv, cells_of, parse_cells, parse_csv, plan_import
from hub.core.references import ReferenceView
from hub.errors import Refused


class AssetView(msgspec.Struct, frozen=True, kw_only=True):
    """One asset in a list. `missing`: required fields that say nothing. `availability`: share of the time judged that
    was judged good, of a camera. `points`: what speaks for replacing it, and whether that is enough."""

    asset: Asset
    state: AssetState
    missing: list[str] = []
    availability: float | None = None
    faults: int = 0
    """Faults in 12 months."""
    points: float = 0.0
    enough: bool = False
    proposal: str = ""


class RegisterView(msgspec.Struct, frozen=True, kw_only=True):
    """The register as far as the reader may see it."""

    position: int
    at: datetime
    assets: list[AssetView]
    completeness: Completeness
    departments: dict[str, Completeness] = {}
    suspects: list[Suspect] = []
    """Links that are likely down: everything behind them is lost."""
    scheme: bool = False
    """Whether rules/replacement.toml is in force."""


class ArchiveView(msgspec.Struct, frozen=True, kw_only=True):
    """The archive page of one asset (设备档案), with its life."""

    view: AssetView
    above: list[Asset] = []
    """What it hangs on, one after the other."""
    below: list[str] = []
    """What hangs directly on it."""
    watched: Watched | None = None
    """How long it was judged good, bad and not at all, up to now."""
    score: Score = Score()
    proposal: Proposal | None = None
    replaces: list[str] = []
    """The assets in whose place it came."""
    references: list[ReferenceView] = []
    files: list[AttachmentView] = []
    faults: list[Fault] = []
    history: list[EventView] = []
    """Everything on record about it, oldest first, as far back as the page goes."""


async def register(client: HubClient) -> RegisterView:
    """The whole register."""
    return await client.read("assets", RegisterView)


async def archive(client: HubClient, asset: str) -> ArchiveView:
    """The archive page of one asset. Raises `NotFound`."""
    return await client.read(f"assets/{quote(asset, safe='')}", ArchiveView)


async def proposals(client: HubClient) -> list[Proposal]:
    """The replacements that are not over, in the order of their numbers."""
    return await client.read("assets/proposals", list[Proposal])


async def preview(client: HubClient, path: Path) -> Plan:
    """What a file would add to and change in the register; nothing is sent. Raises `Refused` for an unreadable one."""
    table = await asyncio.to_thread(_read_table, path)
    view, site = await register(client), await client.site()
    known = {each.asset.id: each.asset for each in view.assets}
    places = Places(
        areas=frozenset(area.id for area in site.areas),
        departments=frozenset(department.id for department in site.departments),
        assets={name.casefold(): name for name in known},
        cameras=frozenset(camera.id for camera in site.cameras),
    )
    return await asyncio.to_thread(plan_import, known, places, table)


def write_table(path: Path, view: RegisterView) -> None:
    """Write the register to a file: `.xlsx` for a workbook, else CSV. Raises `Refused`."""
    assets = [each.asset for each in view.assets]
    try:
        if path.suffix.lower() == ".xlsx":
            write_cells(path, cells_of(assets))
        else:
            path.write_text(as_csv(assets), encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(f"{path.name} cannot be written: {error.strerror}.", hint="Name another file.") from error


def _read_table(path: Path) -> Table:
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_TABLE + 1)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.", hint="Name a file on this machine.") from error
    if len(data) > LARGEST_TABLE:
        raise Refused(f"{path.name} is larger than {LARGEST_TABLE // 1024 // 1024} MB.", hint="Split it.")
    if path.suffix.lower() == ".xlsx" or data.startswith(b"PK\x03\x04"):
        return parse_cells(read_cells(data, path.name))
    return parse_csv(_decoded(data, path.name))


def _decoded(data: bytes, name: str) -> str:
    """Text in UTF-8, or in the encoding that Chinese spreadsheets save CSV in."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{name} is neither UTF-8 nor GB 18030.", hint="Save it as CSV in UTF-8.")
