"""What the API answers when it cannot do what was asked: the errors of its own, and every error's status and shape."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hub.errors import (
    DeviceError,
    HubError,
    JournalBlocked,
    JournalError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    SiteError,
    StorageError,
    WrongState,
)

_LONGEST_MESSAGE = 1000


class Malformed(HubError):
    """The request does not say what the API can understand; `path` is where, such as `$.cameras[0]`, where known."""

    def __init__(self, message: str, *, hint: str = "", path: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class TooLarge(HubError):
    """The request's body is longer than the API reads."""


class NotJson(HubError):
    """The request's body is announced as something other than JSON."""


class TooSlow(HubError):
    """The request's body did not arrive in time."""


class TooManyAttempts(HubError):
    """Somebody tries to sign in too often."""


class Busy(HubError):
    """The hub cannot serve one more of these now."""


class Stopping(HubError):
    """The hub is about to stop."""


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, and the way out."""

    kind: str
    message: str
    hint: str = ""
    path: Annotated[
        str, Meta(description="Of what is malformed: where in the body, such as `$.cameras[0]`; empty where unknown.")
    ] = ""


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: Problem


STATUS: dict[type[HubError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    TooSlow: 408,
    WrongState: 409,
    Refused: 409,
    TooLarge: 413,
    NotJson: 415,
    Malformed: 422,
    TooManyAttempts: 429,
    JournalBlocked: 503,
    JournalError: 503,
    SiteError: 503,
    StorageError: 503,
    DeviceError: 503,
    Busy: 503,
    Stopping: 503,
}
"""Each kind of error and its HTTP status; an error of a subclass has the status of its nearest parent here."""


def status_of(error: HubError) -> int:
    return next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)


def kind_of(error: type[HubError]) -> str:
    """The wire name of an error class: `not_signed_in` for `NotSignedIn`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in error.__name__).lstrip("_")


def error_body(error: HubError) -> ErrorBody:
    """The answer's body. Long messages are cut: they may repeat what the client sent."""
    path = error.path if isinstance(error, Malformed) else ""
    return ErrorBody(Problem(kind_of(type(error)), _short(error.message), _short(error.hint), _short(path)))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"
