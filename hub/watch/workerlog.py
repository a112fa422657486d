"""How a worker's log lines get to the hub's log: as JSON lines on stderr, without secrets."""

import json
import sys
from typing import Any

import structlog

from hub.secret import redact

LONGEST_LINE = 8192
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}


def configure_log() -> None:
    """Send this process's log to stderr, one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _redact(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def relay(worker: str, line: bytes) -> None:
    """Write one line of a worker's stderr to the hub's log. What is no log line is written as it stands."""
    log = structlog.get_logger("hub.watch")
    text = redact(line[:LONGEST_LINE].decode("utf-8", "replace").rstrip())
    try:
        fields = json.loads(text)
        level, message = _LEVELS[fields.pop("level")], str(fields.pop("event"))
    except (ValueError, TypeError, KeyError, AttributeError):
        if text:
            log.warning("watch worker", worker=worker, line=text)
        return
    log.log(level, message, **fields | {"worker": worker})
