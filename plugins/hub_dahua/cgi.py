"""Questions and orders to one device: what goes wrong with them, in the hub's words.

Theory: a 403 has two meanings, a stale challenge of the sign-in or "not for you" (which recorders also say to a name
of a setting that they do not know). So the question is put once more, signed anew; after that it is about the right,
and not about the password, and the account is not taken for refused. Only the question for what the device is, which
every account may ask, says by a second refusal that the sign-in itself does not hold.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

from hub.api import (
    AccountLocked,
    Answer,
    AuthRejected,
    DeviceAccess,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    Flow,
    Unsupported,
)
from hub_dahua.parse_table import (
    LARGEST_TABLE,
    Table,
    is_authority,
    is_done,
    parse_refusal,
    parse_table,
    says_nothing_found,
)

Value = TypeVar("Value")

_ABSENT_FOR = timedelta(hours=1)
_KEPT_FOR = timedelta(minutes=5)
_HEAD = 4096
"""Bytes of a refused stream that are read to find out why."""


class Cgi:
    """The CGI of one device. What it said to be absent is not asked for again for an hour, and what changes by hand
    only is kept for some minutes: a round of questions every half minute is a load on a small device."""

    def __init__(self, access: DeviceAccess) -> None:
        self.access = access
        self._absent: dict[str, tuple[datetime, DeviceError]] = {}
        self._kept: dict[str, tuple[datetime, Table]] = {}

    def forget(self) -> None:
        """Ask again for everything: the device may have other firmware, the account other rights."""
        self._absent = {}
        self.renew()

    def renew(self) -> None:
        """Ask again for what is kept."""
        self._kept = {}

    def body(self, query: str, what: str, *, limit: int = LARGEST_TABLE, essential: bool = False) -> bytes:
        """The answer to `query` (behind `/cgi-bin/`). `essential`: every account may ask it. Raises `DeviceError`s."""
        answer = self._ask(query, limit)
        if essential and is_authority(answer.status, answer.body):
            raise self.access.refused("it does not accept the sign-in (authority check)")
        if (error := parse_refusal(answer.status, answer.body, what)) is not None:
            self._raise(error)
        return answer.body

    def table(self, query: str, what: str, *, essential: bool = False) -> Table:
        """The lines of the answer."""
        return parse_table(self.body(query, what, essential=essential))

    def known(self, query: str, what: str) -> Table:
        """Like `table`, for questions that some devices never answer: a no is remembered."""
        return self._unless_absent(query, lambda: self.table(query, what))

    def newer(self, path: str, body: bytes, what: str) -> bytes:
        """The answer to a question of newer firmware, which asks and answers in JSON under `/cgi-bin/api/`. A no is
        remembered."""

        def ask() -> bytes:
            answer = self._exchange("POST", f"/cgi-bin/api/{path}", LARGEST_TABLE, body)
            if (error := parse_refusal(answer.status, answer.body, what)) is not None:
                self._raise(error)
            return answer.body

        return self._unless_absent(path, ask)

    def kept(self, query: str, what: str) -> Table:
        """Like `known`, some minutes old at most."""
        now = self.access.now()
        since, table = self._kept.get(query, (now, None))
        if table is None or not timedelta() <= now - since < _KEPT_FOR:
            table = self.known(query, what)
            self._kept[query] = now, table
        return table

    def config(self, name: str) -> Table:
        """A section of the settings."""
        return self.known(f"configManager.cgi?action=getConfig&name={name}", f"its setting {name}")

    def kept_config(self, name: str) -> Table:
        """Like `config`, some minutes old at most."""
        return self.kept(f"configManager.cgi?action=getConfig&name={name}", f"its setting {name}")

    def optional(self, query: str, what: str) -> Table:
        """Like `known`; empty where the device has no such thing, or does not tell this account."""
        return or_nothing(lambda: self.known(query, what))

    def optional_config(self, name: str) -> Table:
        """Like `config`; empty where the device does not have it, or does not tell this account."""
        return or_nothing(lambda: self.config(name))

    def active(self, code: str) -> Table | None:
        """Where an event is in force now, as the device says it; None: nowhere."""
        query = f"eventManager.cgi?action=getEventIndexes&code={code}"
        answer = self._ask(query, LARGEST_TABLE)
        if says_nothing_found(answer.body):
            return None
        if (error := parse_refusal(answer.status, answer.body, f"the state of {code}")) is not None:
            self._raise(error)
        return parse_table(answer.body)

    def order(self, query: str, what: str) -> None:
        """Have something done. Raises `DeviceRejected` where the device will not, `Unsupported` where it cannot."""
        body = self.body(query, what, limit=64 * 1024)
        if not is_done(body):
            raise DeviceRejected(f"The device did not confirm {what}.")

    def write(self, query: str, what: str) -> None:
        """Like `order`, where the device knows the question and a refusal is about the values."""
        try:
            self.order(query, what)
        except Unsupported as error:
            raise DeviceRejected(
                f"The device refused {what}.", hint="Compare with what its own page allows."
            ) from error

    @contextmanager
    def stream(self, path: str, what: str, *, idle_s: float) -> Iterator[Flow]:
        """An answer that is read as it comes. Raises like `body`."""
        for last in (False, True):
            with _lock_told(), self.access.stream("GET", path, idle_s=idle_s) as flow:
                if flow.status == 200:
                    yield flow
                    return
                head = _head(flow)
                status = flow.status
            if last or not is_authority(status, head):
                error = parse_refusal(status, head, what)
                self._raise(error or Unsupported(f"The device does not give {what}."))

    def _ask(self, query: str, limit: int) -> Answer:
        return self._exchange("GET", f"/cgi-bin/{query}", limit)

    def _exchange(self, method: str, path: str, limit: int, body: bytes = b"") -> Answer:
        headers = {"Content-Type": "application/json"} if body else {}
        with _lock_told():
            answer = self.access.request(method, path, body=body, headers=headers, limit=limit)
            if is_authority(answer.status, answer.body):
                answer = self.access.request(method, path, body=body, headers=headers, limit=limit)
            return answer

    def _unless_absent(self, question: str, ask: Callable[[], Value]) -> Value:
        now = self.access.now()
        since, absent = self._absent.get(question, (now, None))
        if absent is not None and timedelta() <= now - since < _ABSENT_FOR:
            raise type(absent)(absent.message, hint=absent.hint)
        try:
            return ask()
        except (Unsupported, DeviceForbidden) as error:
            self._absent[question] = now, error
            raise

    def _raise(self, error: DeviceError) -> NoReturn:
        if isinstance(error, AccountLocked):
            self.access.refused("it has locked the account")  # Nothing more is asked; the reason is told by ours.
        raise error


def or_nothing(ask: Callable[[], Table]) -> Table:
    """The answer; empty where the device has no such thing, or does not tell this account."""
    try:
        return ask()
    except (Unsupported, DeviceForbidden):
        return {}


@contextmanager
def _lock_told() -> Iterator[None]:
    """A refused sign-in, told as a locked account where the device says that it is."""
    try:
        yield
    except AuthRejected as refused:
        error = parse_refusal(401, refused.body, "")
        if isinstance(error, AccountLocked):
            raise error from refused
        raise


def _head(flow: Flow) -> bytes:
    head = b""
    for data in flow:
        head += data
        if len(head) >= _HEAD:
            break
    return head[:_HEAD]
