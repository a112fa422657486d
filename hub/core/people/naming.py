"""What an account may be called, and what it needs."""

import re

from hub.core.people.account import DOMAINS, Account
from hub.errors import Refused

LOCAL = "local"
"""Name of the account behind the local token; no person can have it."""
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def check_account(account: Account) -> None:
    """Raise `Refused` for an account that nobody may have."""
    if account.id == LOCAL or not _NAME.fullmatch(account.id):
        raise Refused(
            f"{account.id!r} cannot be the name of an account.",
            hint="2 to 32 small Latin letters, digits, dots, dashes or underscores, a letter first; not `local`.",
        )
    if not account.domains:
        raise Refused("An account without a domain could see nothing.", hint=f"Name one of {', '.join(DOMAINS)}.")
