"""Facts about people and their accounts."""

from typing import Annotated, Literal

from msgspec import Meta

from hub.core.event import AccountId, Event


class AccountCreated(Event, tag="account.created", frozen=True, kw_only=True):
    """An account was made."""

    account: AccountId
    name: Annotated[str, Meta(description="The person's name.")]
    role: Annotated[str, Meta(description="Role.")]
    domains: Annotated[list[str], Meta(description="Domains the person may see and act in.")]


class SignedIn(Event, tag="person.signed_in", frozen=True, kw_only=True):
    """A person signed in."""

    account: AccountId
    client: Annotated[str, Meta(description="With what: tui, cli, api.")] = ""


class SignedOut(Event, tag="person.signed_out", frozen=True, kw_only=True):
    """A person signed out."""

    account: AccountId


class SignInRefused(Event, tag="person.sign_in_refused", frozen=True, kw_only=True):
    """Somebody tried to sign in and was refused."""

    account: AccountId
    reason: Annotated[Literal["unknown", "password", "locked"], Meta(description="Why; the person is not told which.")]
