"""What hub.toml says: `[plugins.mqtt]`, and one entry of a route's `send`."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hub.api import Secret

LONGEST_TOPIC = 500
"""Bytes of a topic; MQTT itself allows 65,535."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_OWN_MACHINE = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")
_PORTS = {"tls": 8883, "none": 1883}


def topic_problem(topic: str) -> str:
    """Why nothing can be published under `topic`; empty when it can."""
    if not topic:
        return "it is empty"
    if "+" in topic or "#" in topic:
        return "`+` and `#` are for those who listen"
    if _UNFIT.search(topic):
        return "it has control characters"
    if topic.startswith("$"):
        return "what begins with `$` belongs to the broker"
    if len(topic.encode("utf-8", "surrogatepass")) > LONGEST_TOPIC:
        return f"it is longer than {LONGEST_TOPIC} bytes"
    return ""


def _topic(topic: str) -> str:
    if topic and (problem := topic_problem(topic)):
        raise ValueError(f"not a topic to publish under: {problem}")
    return topic


Topic = Annotated[str, AfterValidator(_topic)]


class HomeAssistant(BaseModel):
    """The table `[plugins.mqtt.home_assistant]`: the cameras as devices of Home Assistant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: Topic = Field(
        default="homeassistant",
        title="Discovery prefix",
        description="As Home Assistant has it in the settings of MQTT.",
        min_length=1,
    )
    topic: Topic = Field(
        default="watchroom",
        title="Topic",
        description="Below it stands how the cameras are, and what alarms do.",
        min_length=1,
    )
    node: str = Field(
        default="watchroom",
        title="Node",
        description="Tells this hub from others on the same broker: letters, digits, `-` and `_`.",
        pattern=r"^[a-zA-Z0-9_-]+$",
        max_length=64,
    )


class MqttOptions(BaseModel):
    """The table `[plugins.mqtt]`: the broker."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(title="Broker", description="Name or address.", min_length=1, max_length=253)
    port: int = Field(default=0, title="Port", description="0: 8883, or 1883 without TLS.", ge=0, le=65535)
    security: Literal["tls", "none"] = Field(
        default="tls", title="Security", description="`tls`: encrypted; `none`: in the clear."
    )
    ca: Path | None = Field(
        default=None,
        title="Certificate authority",
        description="A PEM file, relative to the site's folder: trust brokers that it vouches for, and no others.",
    )
    user: str | None = Field(default=None, title="User", description="Where the broker wants one.", max_length=254)
    password: Secret | None = Field(default=None, title="Password", description="`env:NAME` or `file:PATH`.")
    protocol: Literal["5", "3.1.1"] = Field(
        default="5",
        title="Protocol",
        description="Version of MQTT. With `3.1.1` a broker cannot say why it refuses a message.",
    )
    availability: Topic = Field(
        default="",
        title="Availability",
        description="Topic under which it is kept whether the hub is there: `online` or `offline`; empty: nowhere.",
    )

    home_assistant: HomeAssistant | None = Field(
        default=None,
        title="Home Assistant",
        description="Show the cameras to Home Assistant; an empty table will do.",
    )

    @property
    def availability_used(self) -> str:
        """Where it is kept whether the hub is there; empty: nowhere."""
        if self.availability or self.home_assistant is None:
            return self.availability
        return f"{self.home_assistant.topic}/availability"

    @property
    def port_used(self) -> int:
        return self.port or _PORTS[self.security]

    @model_validator(mode="after")
    def _consistent(self) -> "MqttOptions":
        if self.password is not None and self.user is None:
            raise ValueError("`password` goes with `user`")
        if self.password is not None and self.security == "none" and not _OWN_MACHINE.fullmatch(self.host):
            raise ValueError('`security = "none"` would send the password in the clear: use "tls"')
        return self


class MqttTarget(BaseModel):
    """`{ via = "mqtt", topic = "plant/messages" }`"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Topic = Field(default="", title="Topic", description="For messages whose rule names no topic.")
    prefix: Topic = Field(
        default="", title="Prefix", description="Put before the topics that rules name, with a `/` between."
    )
    retain: bool = Field(
        default=False, title="Retain", description="Let the broker keep the newest message for those who come later."
    )
