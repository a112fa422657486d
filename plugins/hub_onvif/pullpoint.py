"""A pull point: subscribing, fetching, renewing, ending."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from lxml import etree

from hub.api import DeviceAccess, DeviceError, DeviceRejected, DeviceUnreachable, ProtocolError, Unsupported
from hub_onvif.client import Client
from hub_onvif.events import (
    Notification,
    Subscription,
    parse_granted,
    parse_notifications,
    parse_subscription,
)
from hub_onvif.names import ADDRESSING
from hub_onvif.tree import Element
from hub_onvif.wsdl import build_request
from hub_onvif.wsse import created_text

_WANTED_S = 180
"""How long a subscription that we forget about uses up one of the few that a device has."""
_SHORTEST_S = 60.0
_RENEW_AT = 0.8
_POLL_S = 20
_AT_ONCE = 200
_PAUSE = timedelta(seconds=2)
_NOT_KNOWN = (DeviceRejected, ProtocolError, Unsupported)
_ACTIONS = {
    "CreatePullPointSubscription": "http://www.onvif.org/ver10/events/wsdl/EventPortType/",
    "PullMessages": "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/",
    "Renew": "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/",
    "Unsubscribe": "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/",
}


class PullPoint:
    """One subscription at a time with one device."""

    def __init__(self, client: Client, access: DeviceAccess) -> None:
        self._client = client
        self._access = access
        self._held: Subscription | None = None
        self._absolute = False
        """Whether the device wants to be told until when, and not for how long."""

    def messages(self) -> Iterator[tuple[Notification, ...]]:
        """What the device tells, answer by answer: empty when nothing happened for twenty seconds.

        Ends when the access is closed, and leaves the subscription to `release`. On every error the subscription is
        given back first, as far as the device can be reached.
        """
        self.release()  # what an iterator that broke has left behind
        subscription = self._subscribe()
        renew_at = self._after(subscription)
        try:
            while not self._access.closed:
                left_s = (renew_at - self._access.now()).total_seconds()
                if left_s < 1:
                    subscription = self._renewed(subscription)
                    renew_at = self._after(subscription)
                    continue
                # No waiting beyond the time to renew: the subscription could end under it.
                asked_at = self._access.now()
                told = self._pull(subscription, min(_POLL_S, int(left_s)))
                yield told
                # Some devices do not wait, and would be asked a thousand times a second.
                if not told and self._access.now() - asked_at < _PAUSE and self._access.wait(_PAUSE.total_seconds()):
                    return
        except DeviceError as error:
            if self._access.closed:
                return
            self.release()
            if isinstance(error, _NOT_KNOWN):
                # A device that has restarted knows nothing of us: what it then says differs with every maker.
                raise DeviceUnreachable(f"The device ended the subscription to its events. {error.message}") from error
            raise

    def release(self) -> None:
        """Give the subscription back, if there is one."""
        held, self._held = self._held, None
        if held is None:
            return
        try:
            self._send(held.path, build_request("events", "Unsubscribe"), held)
        except DeviceError:
            return  # it ends by itself, and the device may be gone

    def _subscribe(self) -> Subscription:
        path = self._client.path("events")

        def ask() -> Subscription:
            request = build_request("events", "CreatePullPointSubscription", InitialTerminationTime=self._until())
            return parse_subscription(self._send(path, request, None))

        try:
            self._held = ask()
        except (DeviceRejected, ProtocolError):
            self._absolute = not self._absolute
            self._held = ask()
        return self._held

    def _until(self) -> str:
        if not self._absolute:
            return f"PT{_WANTED_S}S"
        return created_text(self._client.device_now() + timedelta(seconds=_WANTED_S))

    def _pull(self, subscription: Subscription, wait_s: int) -> tuple[Notification, ...]:
        request = build_request("events", "PullMessages", Timeout=f"PT{wait_s}S", MessageLimit=_AT_ONCE)
        return parse_notifications(self._send(subscription.path, request, subscription, patient=True))

    def _renewed(self, subscription: Subscription) -> Subscription:
        request = build_request("events", "Renew", TerminationTime=self._until())
        try:
            answer = self._send(subscription.path, request, subscription)
        except _NOT_KNOWN:
            # Devices that cannot renew say so in every way there is.
            self.release()
            return self._subscribe()
        self._held = msgspec.structs.replace(subscription, granted_s=parse_granted(answer))
        return self._held

    def _after(self, subscription: Subscription) -> datetime:
        granted_s = max(subscription.granted_s or _WANTED_S, _SHORTEST_S)
        return self._access.now() + timedelta(seconds=min(granted_s, _WANTED_S) * _RENEW_AT)

    def _send(self, path: str, body: Element, held: Subscription | None, *, patient: bool = False) -> Element:
        name = etree.QName(body).localname
        headers = build_addressing(f"{_ACTIONS[name]}{name}Request", path, held, self._access)
        return self._client.send(path, body, addressing=headers, patient=patient)


def build_addressing(action: str, path: str, held: Subscription | None, access: DeviceAccess) -> list[Element]:
    """The headers of WS-Addressing. Only the operations of events get them: some devices refuse them elsewhere."""
    address = access.address
    host = f"[{address.host}]" if ":" in address.host else address.host
    here = f"{'https' if address.tls else 'http'}://{host}:{address.port}{path}"
    headers = []
    for name, value in (
        ("Action", action),
        ("MessageID", f"urn:uuid:{uuid.uuid4()}"),
        ("To", here if held is None else held.address),
    ):
        element = etree.Element(f"{{{ADDRESSING}}}{name}", nsmap={"wsa": ADDRESSING})
        element.text = value
        headers.append(element)
    for reference in held.references if held is not None else ():
        parameter = etree.fromstring(reference)
        parameter.set(f"{{{ADDRESSING}}}IsReferenceParameter", "true")
        headers.append(parameter)
    return headers
