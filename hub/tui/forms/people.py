"""Forms about people, their accounts and their records."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import cast

from hub.client.people import PersonView, TotpOffer
from hub.core.command import RIGHTS, Command, Right
from hub.core.people.account import DOMAINS, PERSON_ROLES, Domain, PersonRole
from hub.core.people.commands import (
    ChangeAccount,
    ChangePassword,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EndSession,
    EnrolTotp,
    RecordConfidentiality,
    RecordTraining,
    ResetPassword,
)
from hub.core.people.passwords import weakness
from hub.core.site import Department
from hub.locale import _, say
from hub.tui import words
from hub.tui.forms.form import Choice, Field, Form, Problems, Values, missing

_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def new_person(departments: list[Department]) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        account = values["account"].strip()
        problems = missing(values, "name", _("The person's name is needed."))
        if not _ACCOUNT.fullmatch(account):
            problems["account"] = _("2 to 32 small Latin letters, digits, dots or dashes; a letter first.")
        if not values["domains"]:
            problems["domains"] = _("At least one domain is needed.")
        problems |= _password_problems(values, "password", account)
        return problems or CreateAccount(
            account=account,
            name=values["name"].strip(),
            role=cast(PersonRole, values["role"]),
            domains=_domains(values),
            departments=_parts(values["departments"]),
            password=values["password"],
        )

    return Form(
        key="person:new",
        title=_("New person"),
        about=[_("The person must change the first password at the first sign-in.")],
        fields=[
            Field("account", _("Account"), _("to sign in with, such as wang"), limit=32),
            Field("name", _("Name"), limit=100),
            Field("role", _("Role"), initial="watch_officer", kind="choice", choices=_roles()),
            Field("domains", _("Domains"), kind="several", choices=_domain_choices()),
            Field(
                "departments",
                _("Departments"),
                _("none: all of them"),
                kind="several",
                choices=_department_choices(departments),
            ),
            Field("password", _("First password"), kind="secret", limit=200),
            Field("again", _("Once more"), kind="secret", limit=200),
        ],
        submit=_("Make the account"),
        done=_("The account was made."),
        read=read,
    )


def change_person(view: PersonView, departments: list[Department]) -> Form:
    account = view.account

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "name", _("The person's name is needed."))
        if not values["domains"]:
            problems["domains"] = _("At least one domain is needed.")
        return problems or ChangeAccount(
            account=account.id,
            name=values["name"].strip(),
            role=cast(PersonRole, values["role"]),
            domains=_domains(values),
            departments=_parts(values["departments"]),
            granted=_rights(values["granted"]),
            withdrawn=_rights(values["withdrawn"]),
        )

    rights = tuple(Choice(right, words.word(words.RIGHTS, right)) for right in RIGHTS)
    return Form(
        key=f"person:{account.id}",
        title=_("Change {name}").format(name=account.name),
        about=[],
        fields=[
            Field("name", _("Name"), initial=account.name, limit=100),
            Field("role", _("Role"), initial=account.role, kind="choice", choices=_roles()),
            Field(
                "domains", _("Domains"), initial=",".join(account.domains), kind="several", choices=_domain_choices()
            ),
            Field(
                "departments",
                _("Departments"),
                _("none: all of them"),
                initial=",".join(account.departments),
                kind="several",
                choices=_department_choices(departments),
            ),
            Field(
                "granted",
                _("Rights besides those of the role"),
                initial=",".join(account.granted),
                kind="several",
                choices=rights,
            ),
            Field(
                "withdrawn",
                _("Rights of the role that are taken away"),
                initial=",".join(account.withdrawn),
                kind="several",
                choices=rights,
            ),
        ],
        submit=_("Change"),
        done=_("{name} was changed.").format(name=account.name),
        read=read,
    )


def reset_password(view: PersonView) -> Form:
    account = view.account

    def read(values: Values, now: datetime) -> Command | Problems:
        problems = _password_problems(values, "password", account.id)
        return problems or ResetPassword(account=account.id, password=values["password"])

    return Form(
        key=f"person:{account.id}:password",
        title=_("New first password for {name}").format(name=account.name),
        about=[_("It must be changed at the next sign-in. Sign-ins that are live end at once.")],
        fields=[
            Field("password", _("First password"), kind="secret", limit=200),
            Field("again", _("Once more"), kind="secret", limit=200),
        ],
        submit=_("Reset password"),
        done=_("{name} has a new first password.").format(name=account.name),
        read=read,
    )


def disable(view: PersonView) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "reason", _("The reason goes on record."))
        return problems or DisableAccount(account=view.account.id, reason=values["reason"].strip())

    return Form(
        key=f"person:{view.account.id}:disable",
        title=_("Disable {name}").format(name=view.account.name),
        about=[_("Nobody can sign in with the account until it is enabled again.")],
        fields=[Field("reason", _("Reason"))],
        submit=_("Disable"),
        done=_("{name} is disabled.").format(name=view.account.name),
        read=read,
        dangerous=True,
    )


def end_sessions(view: PersonView) -> Form:
    choices = (
        Choice("", _("all of them")),
        *(Choice(each.id, f"{each.client} {each.place}".strip()) for each in view.sessions),
    )

    def read(values: Values, now: datetime) -> Command | Problems:
        return EndSession(account=view.account.id, session=values["session"] or None)

    return Form(
        key=f"person:{view.account.id}:sessions",
        title=_("End sign-ins of {name}").format(name=view.account.name),
        about=[],
        fields=[Field("session", _("Which"), kind="choice", choices=choices)],
        submit=_("End sign-ins"),
        done=_("The sign-in was ended."),
        read=read,
    )


def train(view: PersonView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "course", _("Which course was it?"))
        days = _days(values, problems, zone)
        return problems or RecordTraining(
            account=view.account.id,
            course=values["course"].strip(),
            held_on=cast(date, days[0]),
            valid_until_at=days[1],
            attachment=values["attachment"] or None,
        )

    return Form(
        key=f"person:{view.account.id}:training",
        title=_("Training of {name}").format(name=view.account.name),
        about=[_("Without a training and a confidentiality agreement in force nobody signs on at a post.")],
        fields=[
            Field("course", _("Course"), limit=200),
            Field("day", _("Held on"), _("such as 2026-11-23"), limit=10),
            *_papers(),
        ],
        submit=_("Put on record"),
        done=_("The training is on record."),
        read=read,
    )


def confidentiality(view: PersonView, zone: tzinfo) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems: Problems = {}
        days = _days(values, problems, zone)
        return problems or RecordConfidentiality(
            account=view.account.id,
            signed_on=cast(date, days[0]),
            valid_until_at=days[1],
            attachment=values["attachment"] or None,
        )

    return Form(
        key=f"person:{view.account.id}:confidentiality",
        title=_("Confidentiality agreement of {name}").format(name=view.account.name),
        about=[],
        fields=[Field("day", _("Signed on"), _("such as 2026-11-23"), limit=10), *_papers()],
        submit=_("Put on record"),
        done=_("The agreement is on record."),
        read=read,
    )


def dismiss(view: PersonView, people: list[PersonView]) -> Form:
    others = [each.account for each in people if each.state == "enabled" and each.account.id != view.account.id]
    choices = (Choice("", _("nobody: it is open again")), *(Choice(each.id, each.name) for each in others))

    def read(values: Values, now: datetime) -> Command | Problems:
        return DismissPerson(
            account=view.account.id, successor=values["successor"] or None, reason=values["reason"].strip()
        )

    return Form(
        key=f"person:{view.account.id}:dismiss",
        title=_("{name} leaves").format(name=view.account.name),
        about=[
            _("The account is closed for good and every sign-in ends. Open repairs go to the successor."),
            _("What else stands in the person's name is written down in the record of it."),
        ],
        fields=[
            Field("successor", _("Successor"), kind="choice", choices=choices),
            Field("reason", _("Reason"), _("optional")),
        ],
        submit=_("Close the account"),
        done=_("{name} has left.").format(name=view.account.name),
        read=read,
        dangerous=True,
    )


def own_password(account: str) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = {} if values["present"] else {"present": _("The present password is needed.")}
        problems |= _password_problems(values, "new", account)
        return problems or ChangePassword(password=values["present"], new_password=values["new"])

    return Form(
        key="password",
        title=_("Change my password"),
        about=[_("Your other sign-ins end.")],
        fields=[
            Field("present", _("Present password"), kind="secret", limit=200),
            Field("new", _("New password"), _("a sentence is best"), kind="secret", limit=200),
            Field("again", _("Once more"), kind="secret", limit=200),
        ],
        submit=_("Change"),
        done=_("Your password was changed."),
        read=read,
    )


def enrol(offer: TotpOffer) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        problems = missing(values, "code", _("Type the code that the telephone shows now."))
        return problems or EnrolTotp(secret=offer.secret, recovery=list(offer.recovery), code=values["code"].strip())

    return Form(
        key="totp",
        title=_("Codes of six digits"),
        about=[
            _("Type this secret into the code app of your telephone; it is shown this once:"),
            offer.secret,
            offer.uri,
            _("Write these recovery codes down; each is good for one sign-in without the telephone:"),
            "  ".join(offer.recovery),
        ],
        fields=[Field("code", _("Code"), _("what the telephone shows now"), limit=8)],
        submit=_("Ask for codes from now on"),
        done=_("A code is asked for at your next sign-in."),
        read=read,
    )


def drop_codes(view: PersonView, *, own: bool) -> Form:
    def read(values: Values, now: datetime) -> Command | Problems:
        if own and not values["password"]:
            return {"password": _("The present password is needed.")}
        return DropTotp(account=view.account.id, password=values.get("password", ""))

    return Form(
        key="totp:drop",
        title=_("No codes any more"),
        about=[_("{name} then signs in with the password alone.").format(name=view.account.name)],
        fields=[Field("password", _("Present password"), kind="secret", limit=200)] if own else [],
        submit=_("Ask for no code any more"),
        done=_("No code is asked for any more."),
        read=read,
    )


def password_problem(password: str, again: str, account: str) -> tuple[str, str]:
    """What is wrong with a new password, and with what was typed the second time."""
    reason = weakness(password, account)
    differs = _("This is not the same.") if reason is None and again != password else ""
    return say(reason) if reason is not None else "", differs


def _password_problems(values: Values, name: str, account: str) -> Problems:
    wrong, differs = password_problem(values[name], values["again"], account)
    return {key: text for key, text in ((name, wrong), ("again", differs)) if text}


def _papers() -> tuple[Field, Field]:
    return (
        Field("until", _("Valid until"), _("the last day, such as 2027-11-22; empty: without end"), limit=10),
        Field("attachment", _("Paper"), _("a picture or PDF on this machine, optional"), kind="file"),
    )


def _days(values: Values, problems: Problems, zone: tzinfo) -> tuple[date | None, datetime | None]:
    """The day it was, and the end of the last day on which it is valid."""
    day, until = _day(values["day"]), _day(values["until"])
    if day is None:
        problems["day"] = _("Write the day like 2026-11-23.")
    if until is None and values["until"].strip():
        problems["until"] = _("Write the day like 2026-11-23.")
    end = datetime.combine(until + timedelta(days=1), time(), zone) if until is not None else None
    return day, end


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _roles() -> tuple[Choice, ...]:
    return tuple(Choice(role, words.word(words.ROLES, role)) for role in PERSON_ROLES)


def _domain_choices() -> tuple[Choice, ...]:
    return tuple(Choice(domain, words.word(words.DOMAINS, domain)) for domain in DOMAINS)


def _department_choices(departments: list[Department]) -> tuple[Choice, ...]:
    return tuple(Choice(each.id, say(each.name)) for each in departments)


def _domains(values: Values) -> list[Domain]:
    return cast(list[Domain], _parts(values["domains"]))


def _rights(text: str) -> list[Right]:
    return cast(list[Right], _parts(text))


def _parts(text: str) -> list[str]:
    return [part for part in text.split(",") if part]
