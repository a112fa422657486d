"""Forms about reviews of people."""

import re
from collections.abc import Sequence
from datetime import datetime

from hub.client.reviews import ReviewedPerson
from hub.client.views import ReviewLine
from hub.core.command import Command
from hub.core.people.account import Account
from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    WithdrawReview,
)
from hub.core.reviews.events import Decision
from hub.core.reviews.model import Appeal
from hub.core.reviews.month import PATTERN
from hub.core.reviews.points import Point
from hub.locale import _, say
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing

MOST_POINTS = 100.0


def make(month: str) -> Form:
    """`month`: the one that is meant, most likely."""

    def read(values: Values, now: datetime) -> Command | Problems:
        wanted = values.get("month", "").strip()
        return MakeReview(month=wanted) if re.match(PATTERN, wanted) else {"month": _("It looks like 2026-10.")}

    return Form(
        key="review-make",
        title=_("Review a month"),
        about=[_("Everybody is reviewed by the scheme in force. The hub does so by itself some days after the month.")],
        fields=[Field("month", _("Month"), _("a month that is over, such as 2026-10"), month, 7)],
        submit=_("Review it"),
        done=_("{month} is reviewed.").format(month=month),
        read=read,
    )


def appeal(line: ReviewLine, point: Point) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why the point is wrong."))
        return problems or AppealPoint(review=line.id, number=point.number, reason=values["reason"].strip())

    return Form(
        key=f"review-appeal:{line.id}:{point.number}",
        title=_("Appeal against point {number}").format(number=point.number),
        about=[
            f"{point.points:+g}  {say(point.title)}",
            say(point.why),
            _("There is one appeal for each point. A leader who did not make the review decides on it."),
        ],
        fields=[Field("reason", _("Reason"), _("why the point is wrong"), kind="text")],
        submit=_("Appeal"),
        done=_("Your appeal waits for a decision."),
        read=read,
    )


def decide(line: ReviewLine, person: ReviewedPerson, point: Point, asked: Appeal) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        chosen = values.get("decision", "")
        if chosen not in ("upheld", "withdrawn"):
            problems["decision"] = _("Choose one.")
        if problems:
            return problems
        decision: Decision = "upheld" if chosen == "upheld" else "withdrawn"
        return DecideAppeal(
            review=line.id,
            person=person.person,
            number=point.number,
            decision=decision,
            reason=values["reason"].strip(),
        )

    return Form(
        key=f"review-decide:{line.id}:{person.person}:{point.number}",
        title=_("Decide on the appeal of {name}").format(name=person.name),
        about=[
            f"{point.points:+g}  {say(point.title)}",
            say(point.why),
            _("{name}: {said}").format(name=person.name, said=asked.reason),
        ],
        fields=[
            Field(
                "decision",
                _("Decision"),
                _("it is final"),
                kind="choice",
                choices=(Choice("withdrawn", _("The point is taken back")), Choice("upheld", _("The point stays"))),
            ),
            Field("reason", _("Reason"), _("for the person")),
        ],
        submit=_("Decide"),
        done=_("It is decided."),
        read=read,
    )


def close(line: ReviewLine) -> Form:
    return Form(
        key=f"review-close:{line.id}",
        title=_("Sign the review of {month}").format(month=line.month),
        about=[_("You sign the totals of those whom you lead, as they are after the appeals. They change no more.")],
        fields=[Field("note", _("Note"), _("may be left empty"))],
        submit=_("Sign"),
        done=_("{review} is signed.").format(review=line.id),
        read=lambda values, now: CloseReview(review=line.id, note=values.get("note", "").strip()),
    )


def withdraw(line: ReviewLine) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say why."))
        return problems or WithdrawReview(review=line.id, reason=values["reason"].strip())

    return Form(
        key=f"review-withdraw:{line.id}",
        title=_("Take back the review of {month}").format(month=line.month),
        about=[_("All of it, with its appeals. It stays on record, and the month can be reviewed anew.")],
        fields=[Field("reason", _("Reason"), _("the scheme was wrong, say"))],
        submit=_("Take back"),
        done=_("{review} is withdrawn.").format(review=line.id),
        read=read,
        dangerous=True,
    )


def commend(people: Sequence[Account], *, account: str = "") -> Form:
    """`account`: who is meant, most likely."""

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("Say what the person did."))
        if not values.get("account", "").strip():
            problems["account"] = _("Name somebody.")
        points = _number(values.get("points", ""))
        if points is None:
            problems["points"] = _("A number above 0, at most 100.")
        if problems or points is None:
            return problems
        return CommendPerson(account=values["account"].strip(), points=points, reason=values["reason"].strip())

    picked = tuple(Choice(each.id, f"{each.name} ({each.id})") for each in people)
    return Form(
        key="review-commend",
        title=_("Commend somebody"),
        about=[_("It counts in the review of this month, as far as the scheme allows, and stays on record.")],
        fields=[
            Field("account", _("Who"), "", account, kind="choice", choices=picked)
            if picked
            else Field("account", _("Account"), "", account, 100),
            Field("reason", _("What the person did"), _("for everybody who reads it later")),
            Field("points", _("Points"), _("above 0; the scheme says how many count in a month"), "1", 6),
        ],
        submit=_("Commend"),
        done=_("The good work is on record."),
        read=read,
    )


def _number(text: str) -> float | None:
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return points if 0 < points <= MOST_POINTS else None
