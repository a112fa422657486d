"""Cameras that are known by the address of their stream. See README.md."""

from hub.api import RegisterCamera, RegisterVendor, hookimpl


@hookimpl
def hub_register_cameras(register: RegisterCamera) -> None:
    from hub_rtsp.driver import RtspCamera
    from hub_rtsp.options import RtspOptions

    register("rtsp", RtspCamera, options=RtspOptions)


@hookimpl
def hub_register_vendors(register: RegisterVendor) -> None:
    from hub_rtsp.session import VENDOR

    register(VENDOR)
