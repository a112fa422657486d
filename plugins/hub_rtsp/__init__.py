"""Cameras that are known by the address of their stream. See README.md."""

from hub.api import RegisterCamera, hookimpl


@hookimpl
def hub_register_cameras(register: RegisterCamera) -> None:
    from hub_rtsp.driver import RtspCamera
    from hub_rtsp.options import RtspOptions

    register("rtsp", RtspCamera, options=RtspOptions)
