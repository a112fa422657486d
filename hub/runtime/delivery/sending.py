"""From a delivery to the message that a notifier gets, and what became of the try."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from hub.automation.model import SendMessage
from hub.config.load import Delivery
from hub.core.findings import Picture
from hub.core.text import LANGUAGES, Language, Text
from hub.errors import DeliveryFailed
from hub.ports import Message, Notifier
from hub.runtime.delivery.outbox import Parcel
from hub.runtime.delivery.report_sending import NOTHING, Attach, Attached, nothing
from hub.secret import redact

log = structlog.get_logger("effects")

LONGEST_TRY_S = 30.0

Routes = Mapping[str, Sequence[Delivery]]


class Outcome(NamedTuple):
    """What became of one try. `error` is None when it went well."""

    error: DeliveryFailed | None
    fault: Exception | None = None
    """What a plugin raised that it may not raise."""


class Desk(NamedTuple):
    """What is the same for every message of the site."""

    language: Language
    site: Text
    evidence: Path
    attach: Attach = nothing
    """Makes the reports that go with messages."""


async def send(
    parcel: Parcel,
    sent: SendMessage,
    message_id: str,
    *,
    desk: Desk,
    routes: Routes,
    notifiers: Mapping[str, Notifier],
    recipients: Callable[[str], Sequence[str]],
) -> Outcome:
    """Try once to get `sent` to where `parcel` goes: its own message, or a list that stands for several.

    `recipients` gives, for a route, the notifier of each as hub.toml has it, whether it works or not.
    """
    try:
        async with asyncio.timeout(LONGEST_TRY_S):
            notifier, target = _aim(parcel, routes, notifiers, recipients)
            attached = await desk.attach(sent.report) if sent.report is not None else NOTHING
            answer = await notifier.send(message_of(sent, message_id, desk, attached), target)
    except DeliveryFailed as error:
        return Outcome(error)
    except TimeoutError:
        return Outcome(DeliveryFailed(f"No answer within {LONGEST_TRY_S:.0f} s."))
    except Exception as error:  # a plugin may raise anything; it shows as a fault of the plugin
        log.exception("notifier_broke", via=parcel.via)
        return Outcome(DeliveryFailed(f"The notifier broke: {type(error).__name__}: {error}"), error)
    log.info("message_sent", route=parcel.route, via=parcel.via, answer=redact(str(answer))[:200])
    return Outcome(None)


def message_of(sent: SendMessage, message_id: str, desk: Desk, attached: Attached = NOTHING) -> Message:
    """The message as a notifier gets it, with what is attached. Looks whether the pictures are there."""
    pictures = (sent.evidence.before, sent.evidence.after) if sent.evidence is not None else ()
    files = (_file(picture, desk.evidence) for picture in pictures)
    return Message(
        id=message_id,
        language=desk.language,
        title=attached.title or sent.title,
        body=_below(sent.body, attached.body),
        priority=sent.priority,
        site=desk.site,
        camera=sent.camera,
        clause=sent.clause,
        event=sent.event,
        pictures=tuple(path for path in files if path is not None),
        files=attached.files,
        topic=sent.topic,
        payload=sent.payload,
        retain=sent.retain,
    )


def _below(text: Text, more: Text) -> Text:
    """Two texts, one below the other."""
    if not more:
        return text
    en, zh = ("\n\n".join(each.in_(language) for each in (text, more) if each) for language in LANGUAGES)
    return Text(en=en, zh=zh)


def _aim(
    parcel: Parcel, routes: Routes, notifiers: Mapping[str, Notifier], recipients: Callable[[str], Sequence[str]]
) -> tuple[Notifier, object]:
    if parcel.nth >= list(recipients(parcel.route)).count(parcel.via):
        raise DeliveryFailed(f"This recipient of {parcel.route} is no longer in hub.toml.", retry=False)
    notifier = notifiers.get(parcel.via)
    targets = [delivery.target for delivery in routes.get(parcel.route, ()) if delivery.via == parcel.via]
    if notifier is None or parcel.nth >= len(targets):
        raise DeliveryFailed(f"The notifier {parcel.via} is not working; see `hub plugins list`.")
    return notifier, targets[parcel.nth]


def _file(picture: Picture | None, evidence: Path) -> Path | None:
    path = evidence / picture.path if picture is not None else None
    return path if path is not None and path.is_file() else None
