"""The smallest complete plugin: a notifier that appends one line per message to a file."""

from hub.api import RegisterNotifier, hookimpl


@hookimpl
def hub_register_notifiers(register: RegisterNotifier) -> None:
    from hub_example.notifier import FileNotifier
    from hub_example.options import ExampleOptions, ExampleTarget

    register("example", FileNotifier, options=ExampleOptions, target=ExampleTarget)
