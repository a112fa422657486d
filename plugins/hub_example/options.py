"""What hub.toml may say: `[plugins.example]`, and one entry of a route's `send`."""

from pydantic import BaseModel, ConfigDict, Field


class ExampleOptions(BaseModel):
    """The table `[plugins.example]`; it has no keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleTarget(BaseModel):
    """`{ via = "example", file = "duty.log" }`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(
        title="File",
        description="A file name without folders; the file lies in the plugin's own folder.",
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=100,
    )
