"""The register of assets as rows: the list or the tree, the proposals, and the facts about what is chosen."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hub.client.assets import AssetView, RegisterView
from hub.core.assets.model import Asset, Proposal
from hub.core.assets.scheme import PARTIES
from hub.locale import _, ngettext, say
from hub.tui import moments
from hub.tui.describe.record import actor
from hub.tui.rows import asset_words as words
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation
from hub.tui.words import clauses, listed

_TONES = {"uncommissioned": "fault", "commissioning": "not_judged", "in_use": "", "retired": "muted"}
_DEEPEST = 6


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of the register: of one kind, holding these words, in a tree, with those that are retired."""

    kind: str = ""
    text: str = ""
    tree: bool = False
    retired: bool = False

    def fits(self, view: AssetView) -> bool:
        asset = view.asset
        if asset.retired is not None and not self.retired:
            return False
        if self.kind and asset.kind != self.kind:
            return False
        if not self.text:
            return True
        held = " ".join((asset.id, asset.kind, words.word(words.KINDS, asset.kind), *asset.values.values())).casefold()
        return all(part in held for part in self.text.casefold().split())


def columns() -> list[Column]:
    return [
        Column("id", _("Asset"), 16, flex=1),
        Column("kind", _("Kind"), 9),
        Column("name", _("Asset name"), 12, flex=2),
        Column("state", _("State"), 16),
        Column("missing", _("Lacks"), 5),
        Column("points", _("Points"), 6),
        Column("parent", _("Connected to"), 12, flex=1, from_width=100),
        Column("place", _("Place"), 12, flex=2, from_width=110),
        Column("availability", _("Available"), 9, from_width=90),
        Column("proposal", _("Proposal"), 8, from_width=90),
    ]


def proposal_columns() -> list[Column]:
    return [
        Column("id", _("Number"), 6),
        Column("asset", _("Asset"), 12, flex=1),
        Column("state", _("State"), 22),
        Column("signed", _("Signed"), 6),
        Column("due", _("Due"), 11),
        Column("points", _("Points"), 6),
        Column("why", _("Why"), 14, flex=3, from_width=84),
    ]


def rows(view: RegisterView, shown: Filter, *, stale: bool, names: Mapping[str, str] = {}) -> list[Row]:
    """The assets that fit, in the order of the register, or each below what it hangs on. `names` of cameras."""
    fitting = [each for each in view.assets if shown.fits(each)]
    down = {suspect.asset for suspect in view.suspects}
    ordered = _tree(fitting) if shown.tree else [(each, 0) for each in fitting]
    return [_row(each, depth, down, stale, names.get(each.asset.id, each.asset.name)) for each, depth in ordered]


def proposal_rows(proposals: Iterable[Proposal], situation: Situation) -> list[Row]:
    """The open proposals, those that are late first."""
    ordered = sorted(proposals, key=lambda each: (not each.overdue, each.proposed_at))
    return [_proposal(each, situation) for each in ordered]


def summary(view: RegisterView) -> str:
    """How whole the archives are, and what is likely down, in one line."""
    found = view.completeness
    said = [_("{whole} of {all} archives whole").format(whole=found.whole, all=found.assets)]
    if found.share is not None:
        said.append(_("{share} of the fields filled").format(share=f"{found.share:.1%}"))
    waiting = sum(each.state == "uncommissioned" for each in view.assets)
    if waiting:
        said.append(_("{n} not commissioned").format(n=waiting))
    if view.suspects:
        said.append(_("likely down: {names}").format(names=listed(each.asset for each in view.suspects)))
    return clauses(said)


def facts(view: AssetView, register: RegisterView, situation: Situation) -> list[Fact]:
    """What matters of the chosen asset."""
    asset = view.asset
    found = [
        Fact(_("Asset"), " ".join(dict.fromkeys((asset.id, called(asset, situation)))), "strong"),
        Fact(_("Kind"), words.word(words.KINDS, asset.kind)),
        Fact(_("State"), words.word(words.STATES, view.state), "stale" if situation.stale else _TONES[view.state]),
    ]
    for suspect in register.suspects:
        if suspect.asset == asset.id:
            said = _("likely down: all its cameras are lost ({names})").format(names=listed(suspect.cameras))
            found.append(Fact(_("Chain"), said, "lost"))
    device = " ".join(asset.values[name] for name in ("maker", "model", "serial") if asset.values.get(name))
    found.append(Fact(_("Make and model"), device or "-"))
    if asset.parent:
        found.append(Fact(_("Connected to"), f"{asset.parent} {asset.values.get('port', '')}".strip()))
    if asset.values.get("place"):
        found.append(Fact(_("Place"), asset.values["place"]))
    lacking = listed(words.label(name) for name in view.missing)
    found.append(Fact(_("Lacks"), lacking or _("nothing: the archive is whole"), "fault" if lacking else "good"))
    if view.points:
        said = ngettext("1 point for replacing it", "{points} points for replacing it", view.points).format(
            points=f"{view.points:g}"
        )
        reached = _("enough to propose it")
        enough = f" ({reached})" if view.enough and not view.proposal else ""
        proposal = f" {view.proposal}" if view.proposal else ""
        found.append(Fact(_("Age"), said + enough + proposal, "fault" if view.enough else ""))
    return found


def proposal_facts(proposal: Proposal, situation: Situation) -> list[Fact]:
    """The grounds of a proposal with their entries, and who signed."""
    now, zone = situation.now, situation.zone
    found = [
        Fact(_("Proposal"), f"{proposal.id} {_replaced(proposal, situation)}", "strong"),
        Fact(_("State"), words.word(words.PROPOSALS, proposal.state), "lost" if proposal.overdue else ""),
        Fact(
            _("Proposed"),
            _("{clock} by {who}").format(
                clock=moments.clock(proposal.proposed_at, zone, now=now),
                who=actor(proposal.proposed_by, situation.names),
            ),
        ),
    ]
    if proposal.reason:
        found.append(Fact(_("Reason"), proposal.reason))
    for ground in proposal.grounds:
        entries = f" ({', '.join(ground.entries)})" if ground.entries else ""
        found.append(Fact(f"{ground.points:g}", say(ground.text) + entries))
    for party in PARTIES:
        signature = proposal.signatures.get(party)
        said = (
            _("{clock} by {who}").format(
                clock=moments.clock(signature.at, zone, now=now), who=actor(signature.by, situation.names)
            )
            if signature is not None
            else _("not signed yet")
        )
        found.append(Fact(words.word(words.PARTIES, party), said, "good" if signature is not None else "muted"))
    if proposal.due_at is not None:
        late = proposal.due_at < now
        found.append(
            Fact(_("Due"), moments.clock(proposal.due_at, zone, now=now), "lost" if late or proposal.overdue else "")
        )
    return found


def called(asset: Asset, situation: Situation) -> str:
    """What staff call an asset, in the language in force."""
    name = situation.names.cameras.get(asset.id)
    return say(name) if name else asset.name


def _replaced(proposal: Proposal, situation: Situation) -> str:
    """The asset that is to be replaced: its id, and what staff call it."""
    name = situation.names.cameras.get(proposal.asset)
    return " ".join(dict.fromkeys((proposal.asset, say(name) if name else proposal.name)))


def _row(view: AssetView, depth: int, down: set[str], stale: bool, name: str) -> Row:
    asset = view.asset
    plain = "stale" if stale else "muted" if asset.retired is not None else ""
    state, tone = words.word(words.STATES, view.state), _TONES[view.state]
    if asset.id in down:
        state, tone = _("! likely down"), "lost"
    indent = "  " * min(depth, _DEEPEST)
    available = f"{view.availability:.1%}" if view.availability is not None else ""
    return Row(
        asset.id,
        (
            Cell(f"{indent}{asset.id}", plain or "strong"),
            Cell(words.word(words.KINDS, asset.kind), plain or "muted"),
            Cell(name if name != asset.id else "", plain),
            Cell(state, plain or tone),
            Cell(str(len(view.missing)) if view.missing else "", plain or "fault"),
            Cell(f"{view.points:.0f}" if view.points else "", plain or ("fault" if view.enough else "")),
            Cell(asset.parent, plain or "muted"),
            Cell(asset.values.get("place", ""), plain),
            Cell(available, plain),
            Cell(view.proposal, plain),
        ),
    )


def _proposal(proposal: Proposal, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    due = moments.clock(proposal.due_at, situation.zone, now=situation.now)
    why = clauses([*([proposal.reason] if proposal.reason else []), *(say(each.text) for each in proposal.grounds)])
    return Row(
        proposal.id,
        (
            Cell(proposal.id, plain or "muted"),
            Cell(
                _replaced(proposal, situation),
                plain or "strong",
            ),
            Cell(words.word(words.PROPOSALS, proposal.state), plain),
            Cell(f"{len(proposal.signatures)}/{len(PARTIES)}", plain),
            Cell(f"! {due}" if proposal.overdue else due, plain or ("lost" if proposal.overdue else "")),
            Cell(f"{proposal.score:g}", plain),
            Cell(why, plain or "muted"),
        ),
    )


def _tree(views: Sequence[AssetView]) -> list[tuple[AssetView, int]]:
    """Each asset below what it hangs on, with its depth; what hangs on nothing that is shown, stands at the left."""
    by_id = {view.asset.id: view for view in views}
    below: dict[str, list[AssetView]] = {}
    for view in views:
        below.setdefault(view.asset.parent if view.asset.parent in by_id else "", []).append(view)
    found: list[tuple[AssetView, int]] = []
    waiting = [(view, 0) for view in reversed(below.get("", []))]
    while waiting:
        view, depth = waiting.pop()
        found.append((view, depth))
        waiting += [(each, depth + 1) for each in reversed(below.get(view.asset.id, []))]
    return found
