"""What may be asked about people and their accounts."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from hub.core.command import Command, Right


class CreateAccount(Command, tag="account.create", frozen=True, kw_only=True):
    """Make an account. Carried out by the server, which alone touches passwords."""

    NEEDS: ClassVar[Right] = "administer"
    account: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    role: Literal["watch_officer", "repairer", "leader", "administrator"]
    domains: list[Literal["production", "security"]]
    password: Annotated[str, Meta(min_length=8, max_length=200)]

    def __repr__(self) -> str:
        return f"CreateAccount({self.account!r}, ***)"


PeopleCommand = CreateAccount
