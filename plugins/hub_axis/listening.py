"""The device's events, pulled from a subscription of ours."""

from collections.abc import Iterator
from datetime import timedelta

from hub.api import DeviceError, DeviceEvent, DeviceUnreachable, ProtocolError, Unsupported
from hub_axis import soap
from hub_axis.soap import Subscription
from hub_axis.topics import to_event
from hub_axis.vapix import Vapix, refusal_of

_WAIT_S = 7
"""How long the device holds a pull that has nothing to tell: shorter than the access waits for an answer to begin."""
_RENEW_AFTER = timedelta(seconds=soap.LIFE_S * 0.4)
_LARGEST = 2 * 1024 * 1024
_QUICK = timedelta(seconds=1)


class Listening:
    """One subscription at a time. `events` runs on a thread of its own; `give_back` is called when it has ended."""

    def __init__(self, vapix: Vapix) -> None:
        self._vapix = vapix
        self._subscription: Subscription | None = None

    def events(self) -> Iterator[DeviceEvent | None]:
        """Until the access is closed. Raises when the line or the subscription breaks."""
        access = self._vapix.access
        self._vapix.need("operator")
        self.give_back()
        mine = soap.parse_subscription(*self._ask(soap.PATH, soap.subscribe()))
        self._subscription = mine
        yield None
        renewed, renewable = access.now(), True
        while not access.closed:
            asked = access.now()
            if renewable and asked - renewed > _RENEW_AFTER:
                renewable, renewed = self._renew(mine), asked
            try:
                told = soap.parse_notifications(*self._ask(mine.path, soap.pull(mine, _WAIT_S)))
            except DeviceUnreachable:
                if self._vapix.access.closed:
                    return
                raise
            for one in told:
                yield to_event(one)
            if not told:
                yield None
                if access.now() - asked < _QUICK and access.wait(5.0):
                    return
            elif access.wait(0.2):
                return

    def _renew(self, mine: Subscription) -> bool:
        """Whether there is anything to renew: some devices keep a subscription as long as somebody pulls."""
        try:
            soap.parse_answer(*self._ask(mine.path, soap.renew(mine)), "RenewResponse")
        except (Unsupported, ProtocolError):
            return False
        return True

    def give_back(self) -> None:
        """Tell the device that nobody listens any more. What it does not take ends by itself after five minutes."""
        mine, self._subscription = self._subscription, None
        if mine is None:
            return
        try:
            self._vapix.access.request("POST", mine.path, body=soap.unsubscribe(mine), headers=soap.HEADERS)
        except DeviceError:
            return

    def works(self) -> bool:
        """Whether the device has the service at all. Raises what stands in the way besides."""
        try:
            soap.parse_answer(*self._ask(soap.PATH, soap.capabilities()), "GetServiceCapabilitiesResponse")
        except Unsupported:
            return False
        return True

    def _ask(self, path: str, body: bytes) -> tuple[bytes, int]:
        with self._vapix.stream("POST", path, body=body, headers=soap.HEADERS) as flow:
            pieces, size, status = [], 0, flow.status
            for piece in flow:
                size += len(piece)
                if size > _LARGEST:
                    raise ProtocolError("The device's event service answers without end.")
                pieces.append(piece)
        if self._vapix.access.closed:
            raise DeviceUnreachable("The line was closed.")
        answer = b"".join(pieces)
        # A fault in the service's own words comes with 400 or 500, and says more than the number.
        error = refusal_of(status, path)
        if error is not None and b"Fault" not in answer:
            raise error
        return answer, status
