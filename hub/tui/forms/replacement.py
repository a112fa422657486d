"""Forms about replacing what is worn out: proposed, signed by three, ordered, put in place, closed."""

from datetime import datetime

from hub.core.assets.commands import (
    CloseReplacement,
    FitReplacement,
    OrderReplacement,
    ProposeReplacement,
    RefuseReplacement,
    SignReplacement,
)
from hub.core.assets.fields import Places
from hub.core.assets.model import Asset, Proposal
from hub.core.assets.scheme import PARTIES
from hub.core.command import Command
from hub.locale import _, say
from hub.tui.forms.assets import asking
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing
from hub.tui.rows import asset_words as words


def propose(asset: Asset) -> Form:
    """Propose a replacement."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why it should be replaced."))
        return problems or ProposeReplacement(asset=asset.id, reason=values["reason"].strip())

    return asking(
        f"propose:{asset.id}",
        _("Propose to replace {asset}").format(asset=asset.id),
        [Field("reason", _("Reason"))],
        _("The replacement of {asset} is proposed.").format(asset=asset.id),
        read,
        about=[_("The hub adds age, faults and nights from the record. Three parties sign.")],
    )


def step(proposal: Proposal, places: Places) -> Form:
    """The next step of a replacement: sign, order, put in place, close."""
    note = Field("note", _("Note"), _("may be left empty"))
    match proposal.state:
        case "proposed":
            return _sign(proposal, note)
        case "decided":
            return asking(
                f"order:{proposal.id}",
                _("{proposal}: the new device is ordered").format(proposal=proposal.id),
                [Field("note", _("Order"), _("number, supplier; may be left empty"))],
                _("{proposal} is ordered.").format(proposal=proposal.id),
                lambda values, now: OrderReplacement(proposal=proposal.id, note=values.get("note", "").strip()),
            )
        case "ordered":

            def read(values: Values, now: datetime) -> Command | Problems:
                name = places.assets.get(values.get("by_asset", "").strip().casefold())
                if name is None:
                    return {"by_asset": _("Name an asset of the register.")}
                return FitReplacement(proposal=proposal.id, by_asset=name)

            return asking(
                f"fit:{proposal.id}",
                _("{proposal}: the new device is in place").format(proposal=proposal.id),
                [Field("by_asset", _("New device"), _("its id; the same where it took the old one's place"), "", 63)],
                _("{proposal}: the new device is in place.").format(proposal=proposal.id),
                read,
                about=[_("It must be commissioned since the order.")],
            )
        case "fitted":
            return asking(
                f"close:{proposal.id}",
                _("Close {proposal}").format(proposal=proposal.id),
                [note],
                _("{proposal} is closed.").format(proposal=proposal.id),
                lambda values, now: CloseReplacement(proposal=proposal.id, note=values.get("note", "").strip()),
                about=[_("Say what became of the old device.")],
            )


def refuse(proposal: Proposal) -> Form:
    """Refuse a replacement, or call it off."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or RefuseReplacement(proposal=proposal.id, reason=values["reason"].strip())

    return asking(
        f"refuse:{proposal.id}",
        _("Refuse {proposal}").format(proposal=proposal.id),
        [Field("reason", _("Reason"))],
        _("{proposal} is refused.").format(proposal=proposal.id),
        read,
        dangerous=True,
    )


def _sign(proposal: Proposal, note: Field) -> Form:
    open_ = [party for party in PARTIES if party not in proposal.signatures]

    def read(values: Values, now: datetime) -> Command | Problems:
        party = next((each for each in open_ if each == values.get("party")), None)
        if party is None:
            return {"party": _("Choose for which party you sign.")}
        return SignReplacement(proposal=proposal.id, party=party, note=values.get("note", "").strip())

    choices = tuple(Choice(party, words.word(words.PARTIES, party)) for party in open_)
    return asking(
        f"sign:{proposal.id}",
        _("Sign {proposal}: replace {asset}").format(proposal=proposal.id, asset=proposal.asset),
        [Field("party", _("Party"), kind="choice", choices=choices), note],
        _("{proposal} is signed.").format(proposal=proposal.id),
        read,
        about=[say(ground.text) for ground in proposal.grounds] or [proposal.reason],
    )
