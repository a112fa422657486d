"""What hub.toml says: `[plugins.apprise]`, and one entry of a route's `send`."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hub.api import Secret


class AppriseOptions(BaseModel):
    """The table `[plugins.apprise]`; it has no keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AppriseTarget(BaseModel):
    """`{ via = "apprise", url = "env:DUTY_WECOM" }`"""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Secret = Field(
        title="Address",
        description="An Apprise address such as `wecombot://KEY`; it holds the key, so give it as `env:NAME`.",
    )

    @field_validator("url")
    @classmethod
    def _readable(cls, url: Secret) -> Secret:
        if not url.by_reference and "://" not in url.reveal():
            raise ValueError("expected an Apprise address such as wecombot://KEY, or env:NAME")
        return url
