"""Makes an e-mail of a message. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from hub.api import Language, Message

_LONGEST_SUBJECT = 200
_LONGEST_BODY = 20_000
_MEDIA: Mapping[str, str] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By the ending of a document's name."""
_URGENT = ("critical", "high")

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "critical": "critical",
        "high": "high",
        "medium": "medium",
        "low": "low",
        "priority": "Priority",
        "site": "Site",
        "camera": "Camera",
        "clause": "Clause",
        "event": "Event",
    },
    "zh_CN": {
        "critical": "紧急",
        "high": "高",
        "medium": "中",
        "low": "低",
        "priority": "级别",
        "site": "厂区",
        "camera": "摄像机",
        "clause": "条款",
        "event": "事件",
    },
}


def compose(
    message: Message,
    *,
    sender: str,
    to: Sequence[str],
    pictures: Sequence[tuple[str, bytes]] = (),
    files: Sequence[tuple[str, bytes]] = (),
    missing: Sequence[str] = (),
    at: datetime,
) -> EmailMessage:
    """The e-mail for `message`.

    `pictures` are JPEG files by name, `files` documents; `missing` says, a line each, which of them could not be put in
    and why. The same message always has the same Message-ID, so that the far side can drop a double.
    """
    title = _line(message.title.in_(message.language))[:_LONGEST_SUBJECT]
    words = _WORDS[message.language]
    text = _text(message, missing)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_line(message.site.in_(message.language))[:60], addr_spec=sender)
    mail["To"] = ", ".join(to)
    mail["Subject"] = f"[{words[message.priority]}] {title}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(message, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "zh-CN" if message.language == "zh_CN" else "en"
    if message.priority in _URGENT:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1" if message.priority == "critical" else "2"
    mail.set_content(text)
    if pictures:
        cids = [f"picture-{number}.{message_id(message, sender)[1:-1]}" for number in range(1, len(pictures) + 1)]
        mail.add_alternative(_html(text, cids), subtype="html")
        page = mail.get_body(("html",))
        assert isinstance(page, EmailMessage)
        for (name, jpeg), cid in zip(pictures, cids, strict=True):
            page.add_related(jpeg, "image", "jpeg", cid=f"<{cid}>", filename=name, disposition="inline")
    for name, data in files:
        kind, _, sort = _MEDIA.get(name.rpartition(".")[2].lower(), "application/octet-stream").partition("/")
        mail.add_attachment(data, kind, sort, filename=name)
    return mail


def message_id(message: Message, sender: str) -> str:
    """`<…@domain>`, the same for the same message."""
    digest = hashlib.sha256(message.id.encode()).hexdigest()[:40]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _text(message: Message, missing: Sequence[str]) -> str:
    language = message.language
    words = _WORDS[language]
    colon = "：" if language == "zh_CN" else ": "
    facts = {
        "priority": words[message.priority],
        "site": message.site.in_(language),
        "camera": message.camera or "",
        "clause": message.clause,
        "event": message.event,
    }
    lines = [f"{words[name]}{colon}{_line(value)}" for name, value in facts.items() if value]
    body = message.body.in_(language).replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST_BODY]
    return "\n".join([_line(message.title.in_(language)), "", body, "", *lines, *missing]).strip() + "\n"


def _html(text: str, cids: Sequence[str]) -> str:
    images = "".join(f'<p><img src="cid:{cid}" alt="" style="max-width:100%"></p>' for cid in cids)
    return f'<html><body><div style="white-space:pre-wrap">{escape(text)}</div>{images}</body></html>'


def _line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
