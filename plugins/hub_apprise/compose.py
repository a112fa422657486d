"""The text of a message as chat services get it. Pure."""

from collections.abc import Mapping

from hub.api import Language, Message

_LONGEST_TITLE = 200
_LONGEST_BODY = 4000
"""Characters. The services cut further where they must: Apprise knows the limit of each."""

_PRIORITIES: Mapping[Language, Mapping[str, str]] = {
    "en": {"critical": "critical", "high": "high", "medium": "medium", "low": "low"},
    "zh_CN": {"critical": "紧急", "high": "高", "medium": "中", "low": "低"},
}


def compose(message: Message) -> tuple[str, str]:
    """Title and body, in the language of the message. The body is never empty: no service takes an empty one."""
    language = message.language
    title = " ".join(message.title.in_(language).split())[:_LONGEST_TITLE]
    body = message.body.in_(language).strip()[:_LONGEST_BODY]
    clause = f"{'条款' if language == 'zh_CN' else 'clause'} {message.clause}" if message.clause else ""
    facts = " · ".join(fact for fact in (message.site.in_(language), message.camera or "", clause) if fact)
    return f"[{_PRIORITIES[language][message.priority]}] {title}", "\n".join(
        line for line in (body, facts) if line
    ) or title or "…"
