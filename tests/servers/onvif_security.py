"""The far side of WS-Security's UsernameToken: what a careful device checks."""

import base64
import hashlib
import hmac
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Literal

from lxml import etree

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity"
SECURITY, SECURITY_UTILITY = f"{_WSS}-secext-1.0.xsd", f"{_WSS}-utility-1.0.xsd"

Verdict = Literal["right", "wrong", "missing", "replayed", "late"]

_CREATED = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")


class Gate:
    """Checks tokens against one account, from any thread. `window_s`: how far Created may be from the clock."""

    def __init__(self, user: str, password: str, window_s: float = 300.0) -> None:
        self.user = user
        self.password = password
        self._window = timedelta(seconds=window_s)
        self._seen: set[bytes] = set()
        self._lock = threading.Lock()
        self.verdicts: list[Verdict] = []
        self.kinds: list[str] = []
        """`PasswordDigest` or `PasswordText`, of every token that came."""

    def check(self, body: bytes, now: datetime, *, text_only: bool = False) -> Verdict:
        """What the token in an envelope is worth at `now`, the time that the device compares with."""
        verdict = self._verdict(body, now, text_only)
        with self._lock:
            self.verdicts.append(verdict)
        return verdict

    @property
    def refusals(self) -> int:
        """How many tokens were refused: what locks an account."""
        with self._lock:
            return sum(verdict in ("wrong", "replayed", "late") for verdict in self.verdicts)

    def _verdict(self, body: bytes, now: datetime, text_only: bool) -> Verdict:
        token = etree.fromstring(body).find(f".//{{{SECURITY}}}UsernameToken")
        if token is None:
            return "missing"
        user = token.findtext(f"{{{SECURITY}}}Username")
        password = token.find(f"{{{SECURITY}}}Password")
        created = token.findtext(f"{{{SECURITY_UTILITY}}}Created") or ""
        nonce = base64.b64decode(token.findtext(f"{{{SECURITY}}}Nonce") or "")
        kind = password.get("Type", "").rpartition("#")[2]
        self.kinds.append(kind)
        if not _CREATED.match(created) or len(nonce) < 8:
            return "wrong"
        with self._lock:
            if nonce in self._seen:
                return "replayed"
            self._seen.add(nonce)
        hashed = hashlib.sha1(nonce + created.encode() + self.password.encode()).digest()
        expected = self.password if kind == "PasswordText" else base64.b64encode(hashed).decode()
        if text_only and kind != "PasswordText":
            return "wrong"
        if user != self.user or not hmac.compare_digest((password.text or "").encode(), expected.encode()):
            return "wrong"
        at = datetime.fromisoformat(created.replace("Z", "+00:00")).astimezone(UTC)
        return "right" if abs(at - now) <= self._window else "late"
