"""What befell people, their accounts and their records is in the log, in words."""

from hub.core.event import Event
from hub.core.people.events import (
    AccountChanged,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    ConfidentialitySigned,
    PasswordChanged,
    PasswordReset,
    PersonLeft,
    QualificationExpired,
    QualificationExpiresSoon,
    RecoveryUsed,
    SessionEnded,
    SignedIn,
    SignedOut,
    SignInRefused,
    TotpDropped,
    TotpEnrolled,
    TrainingRecorded,
    TwoPlaces,
)
from hub.locale import N_, _
from hub.tui import words
from hub.tui.names import Names

SENTENCES: dict[type[Event], str] = {
    AccountCreated: N_("Account {account} made for {name} ({role}; {domains})"),
    AccountChanged: N_("Account {account} changed: {name} ({role}; {domains}) {granted} {withdrawn}"),
    AccountDisabled: N_("Account {account} disabled: {reason}"),
    AccountEnabled: N_("Account {account} enabled again"),
    PasswordReset: N_("{account} was given a new first password"),
    PasswordChanged: N_("{account} changed the password"),
    SessionEnded: N_("Sign-ins of {account} ended"),
    TotpEnrolled: N_("{account} signs in with a code from now on"),
    TotpDropped: N_("{account} signs in without a code again"),
    RecoveryUsed: N_("{account} used a recovery code, left: {left}"),
    SignedIn: N_("{account} signed in ({client}) {place}"),
    SignedOut: N_("{account} signed out"),
    SignInRefused: N_("Sign-in of {account} refused: {reason}"),
    TwoPlaces: N_("{account} is in use in two places at once: {place}, and {other}"),
    TrainingRecorded: N_("{account} was trained: {course}, {held_on} {valid_until_at}"),
    ConfidentialitySigned: N_("{account} signed the confidentiality agreement, {signed_on} {valid_until_at}"),
    QualificationExpiresSoon: N_("{name}: {what} {course} ends soon, at {valid_until_at}"),
    QualificationExpired: N_("{name}: {what} {course} has ended, at {valid_until_at}"),
    PersonLeft: N_("{name} has left; the work went to {successor}, handed over: {handed_over}, remaining: {remaining}"),
}


def field(event: Event, name: str, value: object, names: Names) -> str | None:
    """A field of one of these events in words; None where it is said as in other events."""
    match event, name, value:
        case (AccountCreated() | AccountChanged() | AccountDisabled() | AccountEnabled(), "account", str()):
            return value
        case (AccountChanged(), "granted" | "withdrawn", list()):
            sign = "+" if name == "granted" else "-"
            return " ".join(f"{sign}{words.word(words.RIGHTS, str(right))}" for right in value)
        case (AccountDisabled(), "reason", str()):
            return value
        case (PersonLeft(), "successor", None):
            return _("nobody")
        case (PersonLeft(), "handed_over" | "remaining", list()):
            return words.listed(names.subject(str(thing)) for thing in value) or "-"
        case (SignedIn(), "place", str()):
            return value
        case (QualificationExpiresSoon() | QualificationExpired(), "what", str()):
            return words.word(words.QUALIFICATIONS, value)
        case _:
            return None
