"""Forms about a release that was asked for: check, decide, pack, hand over, close."""

from hub.core.command import Command
from hub.core.releases.commands import (
    ApproveRelease,
    CheckRelease,
    CloseRelease,
    HandOverRelease,
    PrepareRelease,
    RefuseRelease,
    ReturnRelease,
    WithdrawRelease,
)
from hub.core.releases.model import Release
from hub.locale import _
from hub.tui import moments
from hub.tui.forms.form import LONGEST_NAME, Choice, Field, Form, Problems, Values, missing
from hub.tui.forms.release_fields import parse_regions, region_lines
from hub.tui.rows.releases import camera_names
from hub.tui.situation import Situation


def check(release: Release, situation: Situation) -> Form:
    cards = [f"{each.name}: {each.identification}" for each in release.officers]
    letter = [_("Letter {number}").format(number=release.letter_number)] if release.letter else []
    return Form(
        key=f"release-check:{release.id}",
        title=_("{release}: everything was seen and is in order").format(release=release.id),
        about=[*_about(release, situation), *cards, *letter],
        fields=[Field("note", _("Remark"), _("may be left empty"))],
        submit=_("Checked"),
        done=_("{release} is checked; a leader decides on it.").format(release=release.id),
        read=lambda values, now: CheckRelease(release=release.id, note=values.get("note", "").strip()),
    )


def give_back(release: Release, situation: Situation) -> Form:
    def read(values: Values, now: object) -> Command | Problems:
        problems = missing(values, "missing", _("Say what is missing."))
        return problems or ReturnRelease(release=release.id, missing=values["missing"].strip())

    return Form(
        key=f"release-return:{release.id}",
        title=_("Give {release} back").format(release=release.id),
        about=[*_about(release, situation), _("The originals stay held.")],
        fields=[Field("missing", _("What is missing"), _("for whoever asked"))],
        submit=_("Give back"),
        done=_("{release} is given back.").format(release=release.id),
        read=read,
    )


def approve(release: Release, situation: Situation) -> Form:
    return Form(
        key=f"release-approve:{release.id}",
        title=_("Approve {release}").format(release=release.id),
        about=[
            *_about(release, situation),
            _("The specialist may then have the package made and hand it to the officers named, and to nobody else."),
        ],
        fields=[Field("note", _("Conditions"), _("may be left empty"))],
        submit=_("Approve"),
        done=_("{release} is approved.").format(release=release.id),
        read=lambda values, now: ApproveRelease(release=release.id, note=values.get("note", "").strip()),
    )


def refuse(release: Release, situation: Situation) -> Form:
    def read(values: Values, now: object) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or RefuseRelease(release=release.id, reason=values["reason"].strip())

    return Form(
        key=f"release-refuse:{release.id}",
        title=_("Refuse {release}").format(release=release.id),
        about=[*_about(release, situation), _("It stays on record; the originals are held no more.")],
        fields=[Field("reason", _("Reason"))],
        submit=_("Refuse"),
        done=_("{release} is refused.").format(release=release.id),
        read=read,
        dangerous=release.state in ("approved", "prepared"),
    )


def withdraw(release: Release, situation: Situation) -> Form:
    return Form(
        key=f"release-withdraw:{release.id}",
        title=_("Withdraw {release}").format(release=release.id),
        about=[*_about(release, situation), _("It stays on record; the originals are held no more.")],
        fields=[Field("reason", _("Reason"), _("may be left empty"))],
        submit=_("Withdraw"),
        done=_("{release} is withdrawn.").format(release=release.id),
        read=lambda values, now: WithdrawRelease(release=release.id, reason=values.get("reason", "").strip()),
    )


def prepare_key(release: Release) -> str:
    """The draft of the form that has the package made: what is marked on pictures goes there as well."""
    return f"release-prepare:{release.id}"


def prepare(release: Release, situation: Situation) -> Form:
    def read(values: Values, now: object) -> Command | Problems:
        problems: Problems = {}
        regions, wrong = parse_regions(values.get("blur", ""))
        copy = values.get("copy", "yes") == "yes"
        if wrong:
            problems["blur"] = _("Not understood: {line}. Write gate-1 10 20 40 50.").format(line=wrong)
        elif foreign := [each.camera for each in regions if each.camera not in release.cameras]:
            problems["blur"] = _("{camera} is not among these cameras.").format(camera=foreign[0])
        elif regions and not copy:
            problems["blur"] = _("Only a copy can be blurred.")
        return problems or PrepareRelease(
            release=release.id,
            copy=copy,
            blur=regions,
            recipient=values.get("recipient", "").strip(),
            without_recorders=values.get("recorders", "yes") == "no",
        )

    again = [_("Another package takes the place of the one that is ready.")] if release.package is not None else []
    return Form(
        key=prepare_key(release),
        title=_("Have the package of {release} made").format(release=release.id),
        about=[*_about(release, situation), ", ".join(release.cameras), *again],
        fields=[
            Field(
                "copy",
                _("Playable copy"),
                _("with the number of the release as watermark"),
                "yes" if release.copy else "no",
                kind="choice",
                choices=(Choice("yes", _("with a copy")), Choice("no", _("originals only"))),
            ),
            Field(
                "blur",
                _("Blur in the copy"),
                _("gate-1 10 20 40 50 (percent); or with v"),
                region_lines(release.blur),
                kind="text",
            ),
            Field(
                "recipient",
                _("Encrypt for"),
                _("age1… of the receiver; may be left empty"),
                release.recipient,
                LONGEST_NAME,
            ),
            *([_recorders()] if release.failure or release.without_recorders else []),
        ],
        submit=_("Have it made"),
        done=_("The package of {release} is being made.").format(release=release.id),
        read=read,
    )


def _recorders() -> Field:
    """Asked once a package could not be made: a recorder that is broken may be why."""
    return Field(
        "recorders",
        _("Recorders"),
        _("for what the hub has not recorded"),
        "yes",
        kind="choice",
        choices=(Choice("yes", _("are asked")), Choice("no", _("are left out; what is missing is named"))),
    )


def hand_over(release: Release, situation: Situation) -> Form:
    def read(values: Values, now: object) -> Command | Problems:
        problems = missing(values, "receiver", _("Say who took it."))
        problems |= missing(values, "receipt", _("Name the file of the signed receipt."))
        return problems or HandOverRelease(
            release=release.id,
            receiver=values["receiver"].strip(),
            receipt=values["receipt"].strip(),
            note=values.get("note", "").strip(),
        )

    named = tuple(Choice(each.name, f"{each.name} ({each.identification})") for each in release.officers)
    receiver = (
        Field("receiver", _("Receiver"), _("nobody else"), named[0].value, kind="choice", choices=named)
        if named
        else Field("receiver", _("Receiver"), "", "", LONGEST_NAME)
    )
    return Form(
        key=f"release-hand-over:{release.id}",
        title=_("{release} was handed over").format(release=release.id),
        about=_about(release, situation),
        fields=[
            receiver,
            Field("receipt", _("Signed receipt"), _("path of a file: JPEG, PNG or PDF"), kind="file"),
            Field("note", _("Remark"), _("may be left empty")),
        ],
        submit=_("Handed over"),
        done=_("{release} is handed over.").format(release=release.id),
        read=read,
    )


def close(release: Release, situation: Situation) -> Form:
    return Form(
        key=f"release-close:{release.id}",
        title=_("Close {release}").format(release=release.id),
        about=[*_about(release, situation), _("The originals are held no more; the rules of keeping apply again.")],
        fields=[Field("note", _("Remark"), _("may be left empty"))],
        submit=_("Close"),
        done=_("{release} is closed.").format(release=release.id),
        read=lambda values, now: CloseRelease(release=release.id, note=values.get("note", "").strip()),
    )


def _about(release: Release, situation: Situation) -> list[str]:
    begin, end = (moments.clock(at, situation.zone, now=situation.now) for at in (release.from_at, release.to_at))
    return [
        _("{agency}: {reason}").format(agency=release.agency, reason=release.reason),
        camera_names(release, situation),
        _("{begin} to {end}").format(begin=begin, end=end),
    ]
