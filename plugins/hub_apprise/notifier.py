"""Hands messages to Apprise, in a thread: the library blocks, and takes a quarter of a second to import."""

import asyncio
import logging
import re

from hub.api import DeliveryFailed, Message, PluginContext, SiteError
from hub_apprise.compose import compose
from hub_apprise.options import AppriseOptions, AppriseTarget
from hub_apprise.scrub import scrub

_STATUS = re.compile(r"\berror=(\d{3})\b")
"""How Apprise's services report the answer of the far side."""

_WORTH_A_RETRY = frozenset({408, 425, 429})


class AppriseNotifier:
    """A notifier for every service that Apprise knows.

    `patience_s` bounds a whole delivery; the hub would cancel it after 30 s, which stops no thread.
    """

    def __init__(self, options: AppriseOptions, context: PluginContext, *, patience_s: float = 20.0) -> None:
        self._context = context
        self._patience_s = patience_s

    async def send(self, message: Message, target: AppriseTarget) -> str:
        return await asyncio.to_thread(self._send, message, target)

    def _send(self, message: Message, target: AppriseTarget) -> str:
        try:
            url = target.url.reveal(self._context.site)
        except SiteError as error:
            raise DeliveryFailed(error.message, retry=False, hint=error.hint) from error
        title, body = compose(message)
        files = [str(path) for path in (*message.pictures, *message.files) if path.is_file()]
        return _deliver(url, title, body, message.priority, files, self._patience_s)


def _deliver(url: str, title: str, body: str, priority: str, files: list[str], patience_s: float) -> str:
    _silence()
    import apprise

    # Nothing is kept on disk, and no file of the user who runs the hub is read.
    asset = apprise.AppriseAsset(app_id="Watchroom", app_desc="Watchroom", storage_mode="memory")
    services = apprise.Apprise(asset=asset)
    if not services.add(url) or len(services) != 1:
        raise DeliveryFailed(
            "The Apprise address names no service that this version of Apprise knows, or more than one.",
            retry=False,
            hint="Write one address a target; plugins/hub_apprise/README.md shows some.",
        )
    kinds = {"medium": apprise.NotifyType.WARNING, "low": apprise.NotifyType.INFO}
    with services.notify(
        body=body,
        title=title,
        notify_type=kinds.get(priority, apprise.NotifyType.FAILURE),
        body_format=apprise.NotifyFormat.TEXT,
        attach=files or None,
        timeout=patience_s,
    ) as result:
        name = next((one.name for one in result.results), "Apprise")
        if result:
            return f"accepted by {name}"
        said = [entry.message for entry in result.logs() if entry.level in ("WARNING", "ERROR")]
    text = " ".join(" ".join(said).split())
    statuses = [int(status) for status in _STATUS.findall(text)]
    words = scrub(text, url)[:200].removesuffix(".") or "no reason given"
    hopeless = bool(statuses) and all(400 <= status < 500 and status not in _WORTH_A_RETRY for status in statuses)
    raise DeliveryFailed(f"{name} did not take the message: {words}.", retry=not hopeless)


def _silence() -> None:
    """Apprise and what it uses log addresses, which hold keys; what matters is in the result."""
    library = logging.getLogger("apprise")
    if not library.handlers:
        library.addHandler(logging.NullHandler())
    library.propagate = False
    library.setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
