"""Forms about duty: signing off early, covering, changes of shifts, the signatures of a handover."""

from collections.abc import Sequence
from datetime import date, datetime

from hub.client.duty_views import DutyView, HandoverView, OnPost, PersonOnDuty, PostView, ShiftView, SwapView
from hub.core.command import Command
from hub.core.duty.commands import AskCover, AskSwap, DeclineSwap, RefuseSwap
from hub.core.posts.commands import (
    AbandonHandover,
    CoverPost,
    EndPresence,
    OverrideHandover,
    RoomAnswer,
    SignHandover,
    SignOff,
    TakeOver,
)
from hub.core.posts.room import is_good
from hub.core.rounds.kinds import AnyItem, YesNo
from hub.locale import _, ngettext, say
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing

_REMARK = "remark-"
_ANSWER = "answer-"


def sign_off(post: str, name: str, why_asked: str) -> Form:
    """Leaving before the end, or before anybody came."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why you leave the post."))
        return problems or SignOff(post=post, reason=values["reason"].strip())

    return Form(
        key=f"sign-off:{post}",
        title=_("Sign off at {post}").format(post=name),
        about=[why_asked],
        fields=[Field("reason", _("Reason"), _("it goes on record"))],
        submit=_("Sign off"),
        done=_("Signed off."),
        read=read,
    )


def cover(post: PostView, person: OnPost | None, people: Sequence[PersonOnDuty]) -> Form:
    excused = person.account if person is not None and person.state in ("expected", "late", "absent") else ""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "account", _("Name who stands in."))
        problems |= missing(values, "reason", _("Say why."))
        if problems:
            return problems
        return CoverPost(
            post=post.post,
            account=values["account"],
            instead_of=values.get("instead_of", ""),
            reason=values["reason"].strip(),
        )

    waiting = [each for each in post.people if each.state in ("expected", "late", "absent")]
    return Form(
        key=f"cover:{post.post}",
        title=_("Let somebody stand in at {post}").format(post=say(post.name)),
        about=[_("Until the running shift ends. The person signs on by key.")],
        fields=[
            Field("account", _("Who stands in"), kind="choice", choices=_choices(people)),
            Field(
                "instead_of",
                _("In place of"),
                _("who is excused; may be left empty"),
                excused,
                kind="choice",
                choices=tuple(Choice(each.account, say(each.name)) for each in waiting),
            ),
            Field("reason", _("Reason")),
        ],
        submit=_("Allow it"),
        done=_("It is allowed; the person signs on now."),
        read=read,
    )


def end_presence(post: PostView, person: OnPost) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or EndPresence(account=person.account, reason=values["reason"].strip())

    return Form(
        key=f"end:{person.account}",
        title=_("Sign off {name} at {post}").format(name=say(person.name), post=say(post.name)),
        about=[_("For somebody who is gone and did not sign off.")],
        fields=[Field("reason", _("Reason"), _("it goes on record"))],
        submit=_("Sign off"),
        done=_("{name} is signed off.").format(name=say(person.name)),
        read=read,
    )


def ask_swap(view: DutyView) -> Form:
    others = [person for person in view.people if person.account != view.me]

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "mine", _("Choose your shift."))
        problems |= missing(values, "other", _("Name who is asked."))
        problems |= missing(values, "reason", _("Say why."))
        day = _date(values.get("day", ""))
        if day is None:
            problems["day"] = _("Write the date as 2026-11-30.")
        if problems or day is None:
            return problems
        shift = view.mine[int(values["mine"])]
        return AskSwap(
            other=values["other"],
            on=shift.on,
            shift=shift.shift,
            post=shift.post,
            other_on=day,
            reason=values["reason"].strip(),
        )

    return Form(
        key="swap",
        title=_("Exchange shifts"),
        about=[
            _("The other person agrees, then a leader approves. Rest and staffing are checked before anybody is asked.")
        ],
        fields=[
            Field("mine", _("Your shift"), kind="choice", choices=_shifts(view.mine)),
            Field("other", _("Exchange with"), kind="choice", choices=_choices(others)),
            Field("day", _("Date of the other's shift"), "2026-11-30", limit=10),
            Field("reason", _("Reason")),
        ],
        submit=_("Ask"),
        done=_("It is asked; you see the answer here."),
        read=read,
    )


def ask_cover(view: DutyView) -> Form:
    others = [person for person in view.people if person.account != view.me]

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "mine", _("Choose your shift."))
        problems |= missing(values, "other", _("Name who is asked."))
        problems |= missing(values, "reason", _("Say why."))
        if problems:
            return problems
        shift = view.mine[int(values["mine"])]
        return AskCover(
            other=values["other"],
            on=shift.on,
            shift=shift.shift,
            post=shift.post,
            reason=values["reason"].strip(),
        )

    return Form(
        key="give-shift",
        title=_("Have somebody take a shift"),
        about=[
            _("The other person agrees, then a leader approves. Rest and staffing are checked before anybody is asked.")
        ],
        fields=[
            Field("mine", _("Your shift"), kind="choice", choices=_shifts(view.mine)),
            Field("other", _("Who takes it"), kind="choice", choices=_choices(others)),
            Field("reason", _("Reason")),
        ],
        submit=_("Ask"),
        done=_("It is asked; you see the answer here."),
        read=read,
    )


def say_no(item: SwapView, kind: type[DeclineSwap | RefuseSwap]) -> Form:
    swap = item.swap

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or kind(swap=swap.id, reason=values["reason"].strip())

    return Form(
        key=f"no:{swap.id}",
        title=_("Say no to {swap}").format(swap=swap.id),
        about=[swap.reason],
        fields=[Field("reason", _("Reason"))],
        submit=_("Say no"),
        done=_("{swap} is answered.").format(swap=swap.id),
        read=read,
    )


def sign(view: HandoverView) -> Form:
    """The room, question by question, and the signature of whoever goes."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems: Problems = {}
        room: list[RoomAnswer] = []
        for item in view.items:
            answer = values.get(f"{_ANSWER}{item.id}", "").strip()
            remark = values.get(f"{_REMARK}{item.id}", "").strip()
            problems |= _about(item, answer, remark)
            if answer:
                room.append(RoomAnswer(item=item.id, answer=answer, remark=remark))
        if problems:
            return problems
        note = values.get("note", "").strip()
        return SignHandover(handover=view.handover, digest=view.digest, room=room, note=note)

    fields: list[Field] = []
    for item in view.items:
        fields += [
            _asked(item),
            Field(f"{_REMARK}{item.id}", _("Remark"), _("where something is wrong"), limit=500),
        ]
    lines = sum(len(section.lines) for section in view.sheet.sections)
    return Form(
        key=f"sign:{view.handover}",
        title=_("Sign handover {handover}").format(handover=view.handover),
        about=[
            ngettext(
                "You sign what the sheet says now: 1 line.", "You sign what the sheet says now: {n} lines.", lines
            ).format(n=lines)
        ],
        fields=[*fields, Field("note", _("Note"), _("may be left empty"))],
        submit=_("Sign"),
        done=_("{handover} is signed; whoever comes signs now.").format(handover=view.handover),
        read=read,
    )


def take_over(view: HandoverView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        return TakeOver(handover=view.handover, digest=view.digest, note=values.get("note", "").strip())

    changed = (
        ngettext(
            "1 line changed since it was signed.", "{n} lines changed since it was signed.", len(view.changes)
        ).format(n=len(view.changes))
        if view.changes
        else ""
    )
    return Form(
        key=f"take:{view.handover}",
        title=_("Take over {post}").format(post=say(view.post_name)),
        about=[_("You sign that you read the sheet, and are signed on by it."), changed],
        fields=[Field("note", _("Note"), _("may be left empty"))],
        submit=_("Take over"),
        done=_("You took over, and are signed on."),
        read=read,
    )


def override(view: HandoverView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or OverrideHandover(handover=view.handover, reason=values["reason"].strip())

    return Form(
        key=f"override:{view.handover}",
        title=_("Allow handover {handover}").format(handover=view.handover),
        about=[_("Critical alarms are not acknowledged: {alarms}").format(alarms=", ".join(view.waiting))],
        fields=[Field("reason", _("Reason"), _("it goes on record"))],
        submit=_("Allow it"),
        done=_("{handover} may be signed.").format(handover=view.handover),
        read=read,
        dangerous=True,
    )


def abandon(view: HandoverView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or AbandonHandover(handover=view.handover, reason=values["reason"].strip())

    return Form(
        key=f"abandon:{view.handover}",
        title=_("Give up handover {handover}").format(handover=view.handover),
        about=[],
        fields=[Field("reason", _("Reason"), _("it goes on record"))],
        submit=_("Give it up"),
        done=_("{handover} is given up.").format(handover=view.handover),
        read=read,
    )


def _asked(item: AnyItem) -> Field:
    name, ask = f"{_ANSWER}{item.id}", say(item.ask)
    if isinstance(item, YesNo):
        return Field(name, ask, kind="choice", choices=(Choice("yes", _("yes")), Choice("no", _("no"))))
    hint = "" if item.must else _("may be left empty")
    return Field(name, ask, hint, limit=200)


def _about(item: AnyItem, answer: str, remark: str) -> Problems:
    name = f"{_ANSWER}{item.id}"
    if not answer:
        return {name: _("Answer this.")} if item.must else {}
    try:
        good = is_good(item, answer)
    except ValueError:
        return {name: _("Write a number.")}
    return {} if good or remark else {f"{_REMARK}{item.id}": _("Say what is wrong and what is done about it.")}


def _choices(people: Sequence[PersonOnDuty]) -> tuple[Choice, ...]:
    return tuple(Choice(person.account, say(person.name)) for person in people)


def _shifts(shifts: Sequence[ShiftView]) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(number), f"{shift.on} {say(shift.shift_name)} · {say(shift.post_name)}")
        for number, shift in enumerate(shifts)
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
