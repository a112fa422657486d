"""Messages by e-mail. See README.md."""

from hub.api import RegisterNotifier, hookimpl


@hookimpl
def hub_register_notifiers(register: RegisterNotifier) -> None:
    from hub_mail.notifier import Mail
    from hub_mail.options import MailOptions, MailTarget

    register("mail", Mail, options=MailOptions, target=MailTarget)
