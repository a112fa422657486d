"""What hub.toml says of people: how long passwords last, and when screens are locked."""

from pydantic import Field

from hub.config.rules.values import Duration
from hub.config.tables import Table
from hub.core.people.policy import PeoplePolicy


class PeopleTable(Table):
    """Passwords and screens, for everybody (clause 2.3)."""

    password_days: int = Field(
        default=0,
        title="Days of a password",
        description="Days after which a password must be changed at the next sign-in; 0: never.",
        ge=0,
        le=3660,
    )
    password_history: int = Field(
        default=5,
        title="Former passwords",
        description="How many of the last passwords cannot be used again.",
        ge=1,
        le=24,
    )
    lock_after: Duration | None = Field(
        default=None,
        title="Lock after",
        description="Time without a key after which a screen is locked until the password is typed, such as `10m`.",
    )

    def policy(self) -> PeoplePolicy:
        """As the core knows it."""
        return PeoplePolicy(
            password_days=self.password_days,
            password_history=self.password_history,
            lock_after_s=self.lock_after or 0.0,
        )
