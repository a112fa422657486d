"""Messages as JSON to an HTTP address. See README.md."""

from hub.api import RegisterNotifier, hookimpl


@hookimpl
def hub_register_notifiers(register: RegisterNotifier) -> None:
    from hub_webhook.notifier import Webhook
    from hub_webhook.options import WebhookOptions, WebhookTarget

    register("webhook", Webhook, options=WebhookOptions, target=WebhookTarget)
