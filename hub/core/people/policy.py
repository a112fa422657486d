"""What the site asks of passwords and screens: `[people]` in hub.toml."""

import msgspec


class PeoplePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`password_days`: after so many days a password must be changed; 0: never. `password_history`: so many former
    passwords cannot be used again. `lock_after_s`: a screen is locked when nobody typed for so long; 0: never."""

    password_days: int = 0
    password_history: int = 5
    lock_after_s: float = 0.0
