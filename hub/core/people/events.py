"""Facts about people, their accounts and their records."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.event import AccountId, Event

Qualification = Literal["training", "confidentiality"]

_Person = Annotated[str, Meta(description="The person's name.")]
_Role = Annotated[str, Meta(description="Role.")]
_Domains = Annotated[list[str], Meta(description="Domains the person may see and act in.")]
_Departments = Annotated[list[str], Meta(description="Departments that the person is limited to; empty: to none.")]
_Granted = Annotated[list[str], Meta(description="Rights that the person has besides those of the role.")]
_Withdrawn = Annotated[list[str], Meta(description="Rights of the role that the person does not have.")]
_Until = Annotated[datetime | None, Meta(description="Until when it is valid; none: without end.")]
_Day = Annotated[str, Meta(description="The day, such as 2026-11-23.")]
_Attachment = Annotated[str | None, Meta(description="The paper, as handed over to the hub.")]
_Course = Annotated[str, Meta(description="The course; empty for confidentiality.")]
_What = Annotated[Qualification, Meta(description="`training` or `confidentiality`.")]


class AccountCreated(Event, tag="account.created", frozen=True, kw_only=True):
    """An account was made."""

    account: AccountId
    name: _Person
    role: _Role
    domains: _Domains
    departments: _Departments = []
    granted: _Granted = []
    withdrawn: _Withdrawn = []


class AccountChanged(Event, tag="account.changed", frozen=True, kw_only=True):
    """What a person is and may do was changed; the fields say how it is now."""

    account: AccountId
    name: _Person
    role: _Role
    domains: _Domains
    departments: _Departments = []
    granted: _Granted = []
    withdrawn: _Withdrawn = []


class AccountDisabled(Event, tag="account.disabled", frozen=True, kw_only=True):
    """Nobody can sign in with this account for now; its sign-ins were ended."""

    account: AccountId
    reason: Annotated[str, Meta(description="Why.")]


class AccountEnabled(Event, tag="account.enabled", frozen=True, kw_only=True):
    """The person can sign in again."""

    CLEARS: ClassVar[type[Event] | None] = AccountDisabled
    account: AccountId


class PasswordReset(Event, tag="password.reset", frozen=True, kw_only=True):
    """An administrator gave a person a new first password."""

    account: AccountId


class PasswordChanged(Event, tag="password.changed", frozen=True, kw_only=True):
    """A person changed their own password."""

    account: AccountId


class SessionEnded(Event, tag="session.ended", frozen=True, kw_only=True):
    """Sign-ins of a person were ended before their time."""

    account: AccountId
    session: Annotated[str | None, Meta(description="Which; none: all of them.")] = None


class TotpEnrolled(Event, tag="totp.enrolled", frozen=True, kw_only=True):
    """A person signs in with a code of six digits besides the password from now on."""

    account: AccountId


class TotpDropped(Event, tag="totp.dropped", frozen=True, kw_only=True):
    """A person signs in without a code again."""

    account: AccountId


class RecoveryUsed(Event, tag="totp.recovery_used", frozen=True, kw_only=True):
    """A person signed in with a recovery code, which is used up."""

    account: AccountId
    left: Annotated[int, Meta(description="How many recovery codes are left.")]


class SignedIn(Event, tag="person.signed_in", frozen=True, kw_only=True):
    """A person signed in."""

    account: AccountId
    client: Annotated[str, Meta(description="With what: tui, cli, api.")] = ""
    place: Annotated[str, Meta(description="Where: machine, terminal and address, as far as known.")] = ""


class SignedOut(Event, tag="person.signed_out", frozen=True, kw_only=True):
    """A person signed out."""

    account: AccountId


class SignInRefused(Event, tag="person.sign_in_refused", frozen=True, kw_only=True):
    """Somebody tried to sign in and was refused."""

    account: AccountId
    reason: Annotated[
        Literal["unknown", "password", "locked", "code", "disabled"],
        Meta(description="Why; the person is not told which."),
    ]


class TwoPlaces(Event, tag="person.two_places", frozen=True, kw_only=True):
    """One account was in use in two places at once."""

    account: AccountId
    place: Annotated[str, Meta(description="Where it was used last.")]
    other: Annotated[str, Meta(description="Where it was in use besides.")]


class TrainingRecorded(Event, tag="training.recorded", frozen=True, kw_only=True):
    """A person was trained."""

    account: AccountId
    course: _Course
    held_on: _Day
    valid_until_at: _Until = None
    attachment: _Attachment = None


class ConfidentialitySigned(Event, tag="confidentiality.signed", frozen=True, kw_only=True):
    """A person signed the confidentiality agreement."""

    account: AccountId
    signed_on: _Day
    valid_until_at: _Until = None
    attachment: _Attachment = None


class QualificationExpiresSoon(Event, tag="qualification.expires_soon", frozen=True, kw_only=True):
    """A training or a confidentiality agreement of a person ends within 30 days."""

    account: AccountId
    name: _Person
    what: _What
    course: _Course = ""
    valid_until_at: Annotated[datetime, Meta(description="When it ends.")]


class QualificationExpired(Event, tag="qualification.expired", frozen=True, kw_only=True):
    """A training or a confidentiality agreement of a person has ended."""

    account: AccountId
    name: _Person
    what: _What
    course: _Course = ""
    valid_until_at: Annotated[datetime, Meta(description="When it ended.")]


class PersonLeft(Event, tag="person.left", frozen=True, kw_only=True):
    """A person left: the account is closed for good, and open work was handed over."""

    account: AccountId
    name: _Person
    successor: Annotated[AccountId | None, Meta(description="Account that has their work now; none: it is open again.")]
    reason: Annotated[str, Meta(description="Why, if it was said.")] = ""
    handed_over: Annotated[list[str], Meta(description="What was handed over, such as `ticket:T-3`.")] = []
    remaining: Annotated[list[str], Meta(description="What still stands in their name, such as `permit:P-2`.")] = []


StaffEvent = (
    AccountCreated
    | AccountChanged
    | AccountDisabled
    | AccountEnabled
    | TrainingRecorded
    | ConfidentialitySigned
    | QualificationExpiresSoon
    | QualificationExpired
    | PersonLeft
)
"""What changes the register of people (`hub.core.people.model`)."""
