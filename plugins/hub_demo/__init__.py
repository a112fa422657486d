"""A small plant with eight cameras: real RTSP streams that can be disturbed on demand. See README.md."""

from hub.api import RegisterCamera, RegisterService, hookimpl


@hookimpl
def hub_register_cameras(register: RegisterCamera) -> None:
    from hub_demo.driver import DemoCamera
    from hub_demo.options import DemoCameraOptions

    register("demo", DemoCamera, options=DemoCameraOptions)


@hookimpl
def hub_register_services(register: RegisterService) -> None:
    from hub_demo.driver import DemoPlant
    from hub_demo.options import DemoPlantOptions

    register("demo", DemoPlant, options=DemoPlantOptions)
