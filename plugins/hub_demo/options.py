"""What hub.toml may say of the demo plant."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SceneName = Literal["press", "welding", "conveyor", "boiler", "gate", "road", "warehouse", "yard"]


class DemoCameraOptions(BaseModel):
    """A camera with `driver = "demo"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scene: SceneName = Field(title="Scene", description="Which of the plant's views the camera shows.")


class DemoPlantOptions(BaseModel):
    """The table `[plugins.demo]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int = Field(
        default=0, title="Port", description="RTSP port on this machine; 0: any that is free.", ge=0, le=65535
    )
