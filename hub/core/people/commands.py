"""What may be asked about people, their accounts and their records.

Passwords, codes and sign-ins are carried out by the server, which alone keeps them: the core decides on the same
command without its secret (`without_secrets`), and the server's book follows what was decided.
"""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta
from msgspec.structs import replace

from hub.core.attachments.events import AttachmentId
from hub.core.command import Command, Moment, Note, Reason, Right
from hub.core.people.account import Domain, PersonRole

AccountName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
PersonName = Annotated[str, Meta(min_length=1, max_length=100)]
Password = Annotated[str, Meta(min_length=8, max_length=200)]
Typed = Annotated[str, Meta(max_length=1024)]
"""A password as somebody typed it, right or wrong."""
Code = Annotated[str, Meta(max_length=32)]
Domains = Annotated[list[Domain], Meta(max_length=2)]
Departments = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=100)]
Rights = Annotated[list[Right], Meta(max_length=50)]


class CreateAccount(Command, tag="account.create", frozen=True, kw_only=True):
    """Make an account. Its first password must be changed at the first sign-in."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName
    name: PersonName
    role: PersonRole
    domains: Domains
    password: Password
    departments: Departments = []
    granted: Rights = []
    withdrawn: Rights = []

    def __repr__(self) -> str:
        return f"CreateAccount({self.account!r}, ***)"


class ChangeAccount(Command, tag="account.change", frozen=True, kw_only=True):
    """Change a person's name, role, domains, departments or rights; what is not named stays as it is."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName
    name: PersonName | None = None
    role: PersonRole | None = None
    domains: Domains | None = None
    departments: Departments | None = None
    granted: Rights | None = None
    withdrawn: Rights | None = None


class ResetPassword(Command, tag="account.reset_password", frozen=True, kw_only=True):
    """Give somebody a new first password, to be changed at the next sign-in; ends their sign-ins."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName
    password: Password

    def __repr__(self) -> str:
        return f"ResetPassword({self.account!r}, ***)"


class DisableAccount(Command, tag="account.disable", frozen=True, kw_only=True):
    """Let nobody sign in with an account, and end its sign-ins, until it is enabled again."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName
    reason: Reason


class EnableAccount(Command, tag="account.enable", frozen=True, kw_only=True):
    """Let a person sign in again who was disabled, or is locked out after failed attempts."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName


class ChangePassword(Command, tag="password.change", frozen=True, kw_only=True):
    """Change one's own password; ends one's other sign-ins."""

    NEEDS: ClassVar[Right | None] = None
    password: Typed
    """The present one."""
    new_password: Password

    def __repr__(self) -> str:
        return "ChangePassword(***)"


class UnlockScreen(Command, tag="session.unlock", frozen=True, kw_only=True):
    """Go on at a screen that was locked while nobody typed. Leaves no record where the password is right."""

    NEEDS: ClassVar[Right | None] = None
    password: Typed

    def __repr__(self) -> str:
        return "UnlockScreen(***)"


class EndSession(Command, tag="session.end", frozen=True, kw_only=True):
    """End one's own sign-ins; those of others with the right to administer."""

    NEEDS: ClassVar[Right | None] = None
    account: AccountName
    session: Annotated[str, Meta(max_length=32)] | None = None
    """None: every one of them."""


class EnrolTotp(Command, tag="totp.enrol", frozen=True, kw_only=True):
    """Ask for a code of six digits at each of one's own sign-ins from now on. `secret` and `recovery` are those of
    `GET /api/people/totp`; `code` proves that the telephone has the secret."""

    NEEDS: ClassVar[Right | None] = None
    secret: Annotated[str, Meta(min_length=32, max_length=128, pattern=r"^[A-Z2-7]+$")]
    recovery: Annotated[list[Annotated[str, Meta(min_length=10, max_length=32)]], Meta(min_length=1, max_length=20)]
    code: Code

    def __repr__(self) -> str:
        return "EnrolTotp(***)"


class DropTotp(Command, tag="totp.drop", frozen=True, kw_only=True):
    """Ask for no code any more: one's own with the password, that of others with the right to administer."""

    NEEDS: ClassVar[Right | None] = None
    account: AccountName
    password: Typed = ""

    def __repr__(self) -> str:
        return f"DropTotp({self.account!r}, ***)"


class RecordTraining(Command, tag="training.record", frozen=True, kw_only=True):
    """Put on record that somebody was trained."""

    NEEDS: ClassVar[Right | None] = "lead"
    account: AccountName
    course: Annotated[str, Meta(min_length=1, max_length=200)]
    held_on: date
    valid_until_at: Moment | None = None
    """None: for as long as the person works here."""
    attachment: AttachmentId | None = None


class RecordConfidentiality(Command, tag="confidentiality.record", frozen=True, kw_only=True):
    """Put on record that somebody signed the confidentiality agreement."""

    NEEDS: ClassVar[Right | None] = "lead"
    account: AccountName
    signed_on: date
    valid_until_at: Moment | None = None
    attachment: AttachmentId | None = None


class DismissPerson(Command, tag="person.dismiss", frozen=True, kw_only=True):
    """Somebody leaves: ends every right at once and hands their open work to a successor, or back to everybody."""

    NEEDS: ClassVar[Right | None] = "administer"
    account: AccountName
    successor: AccountName | None = None
    reason: Note = ""


PeopleCommand = (
    CreateAccount
    | ChangeAccount
    | ResetPassword
    | DisableAccount
    | EnableAccount
    | ChangePassword
    | UnlockScreen
    | EndSession
    | EnrolTotp
    | DropTotp
    | RecordTraining
    | RecordConfidentiality
    | DismissPerson
)
KeptByServer = (
    CreateAccount
    | ChangeAccount
    | ResetPassword
    | DisableAccount
    | EnableAccount
    | ChangePassword
    | UnlockScreen
    | EndSession
    | EnrolTotp
    | DropTotp
    | DismissPerson
)
"""Those that the server's account book has a part in."""


def without_secrets(command: KeptByServer) -> KeptByServer:
    """The command as the core decides on it: whatever is secret in it is blank."""
    match command:
        case ChangePassword():
            return replace(command, password="", new_password="")
        case EnrolTotp():
            return replace(command, secret="", recovery=[], code="")
        case CreateAccount() | ResetPassword() | UnlockScreen() | DropTotp():
            return replace(command, password="")
        case _:
            return command
