"""Messages to the services that the Apprise library knows. See README.md."""

from hub.api import RegisterNotifier, hookimpl


@hookimpl
def hub_register_notifiers(register: RegisterNotifier) -> None:
    from hub_apprise.notifier import AppriseNotifier
    from hub_apprise.options import AppriseOptions, AppriseTarget

    register("apprise", AppriseNotifier, options=AppriseOptions, target=AppriseTarget)
