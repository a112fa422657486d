"""The words of a pull-point subscription, as VAPIX's web service speaks them. Pure.

The service at `/vapix/services` takes an account of the device (HTTP digest), where ONVIF's own takes one of the
ONVIF accounts only. A subscription is told apart by what its reference carries (`SubscriptionId`), which every later
call repeats.
"""

import re
from datetime import datetime

import msgspec
from lxml import etree

from hub.api import DeviceBusy, DeviceForbidden, ProtocolError, Unsupported, redact
from hub_axis.parse_json import parse_instant
from hub_axis.parse_xml import parse_tree

PATH = "/vapix/services"
HEADERS = {"content-type": "application/soap+xml; charset=utf-8"}
LIFE_S = 300
"""How long the device keeps a subscription that nobody renews."""

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_WSA = "http://www.w3.org/2005/08/addressing"
_TEV = "http://www.onvif.org/ver10/events/wsdl"
_WSNT = "http://docs.oasis-open.org/wsn/b-2"
_MOST_REFERENCES = 8
_LONGEST_REFERENCE = 4096
_MOST_MESSAGES = 1000
_MOST_ITEMS = 50


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    reference: tuple[bytes, ...] = ()
    """Elements to repeat in the header of every call, as XML."""


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    at: datetime | None
    operation: str
    """`Initialized`, `Changed`, `Deleted`, or empty where the topic has no state."""
    source: dict[str, str]
    data: dict[str, str]


def subscribe() -> bytes:
    create = etree.Element(f"{{{_TEV}}}CreatePullPointSubscription")
    etree.SubElement(create, f"{{{_TEV}}}InitialTerminationTime").text = f"PT{LIFE_S}S"
    return _envelope(create, f"{_TEV}/EventPortType/CreatePullPointSubscriptionRequest", ())


def pull(subscription: Subscription, wait_s: int) -> bytes:
    call = etree.Element(f"{{{_TEV}}}PullMessages")
    etree.SubElement(call, f"{{{_TEV}}}Timeout").text = f"PT{wait_s}S"
    etree.SubElement(call, f"{{{_TEV}}}MessageLimit").text = "100"
    return _envelope(call, f"{_TEV}/PullPointSubscription/PullMessagesRequest", subscription.reference)


def renew(subscription: Subscription) -> bytes:
    call = etree.Element(f"{{{_WSNT}}}Renew")
    etree.SubElement(call, f"{{{_WSNT}}}TerminationTime").text = f"PT{LIFE_S}S"
    action = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest"
    return _envelope(call, action, subscription.reference)


def unsubscribe(subscription: Subscription) -> bytes:
    action = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest"
    return _envelope(etree.Element(f"{{{_WSNT}}}Unsubscribe"), action, subscription.reference)


def capabilities() -> bytes:
    """Asks whether there is such a service, and leaves nothing behind."""
    action = f"{_TEV}/EventPortType/GetServiceCapabilitiesRequest"
    return _envelope(etree.Element(f"{{{_TEV}}}GetServiceCapabilities"), action, ())


def _envelope(call: etree._Element, action: str, reference: tuple[bytes, ...]) -> bytes:
    envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"s": _SOAP, "a": _WSA})
    header = etree.SubElement(envelope, f"{{{_SOAP}}}Header")
    etree.SubElement(header, f"{{{_WSA}}}Action").text = action
    for element in reference:
        header.append(parse_tree(element))
    etree.SubElement(envelope, f"{{{_SOAP}}}Body").append(call)
    return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def parse_answer(body: bytes, status: int, wanted: str) -> etree._Element:
    """The element `wanted` of an answer. Raises what a fault means, and `ProtocolError` for anything else."""
    root = parse_tree(body)
    fault = root.find(f".//{{{_SOAP}}}Fault")
    if fault is not None:
        raise _fault(fault)
    found = root.find(f".//{{*}}{wanted}")
    if status >= 300 or found is None:
        raise ProtocolError(f"The device's event service answered something else than {wanted}.")
    return found


def _fault(fault: etree._Element) -> Exception:
    codes = " ".join((value.text or "") for value in fault.iterfind(f".//{{{_SOAP}}}Value"))
    text = " ".join("".join(map(str, fault.itertext())).split())
    shown = redact(text)[:200]
    if re.search(r"NotAuthorized|FailedAuthentication", codes):
        # The account itself was taken, by HTTP: it is a right that is missing.
        return DeviceForbidden(
            "The account may not read the device's events.", hint="Make it an operator or administrator there."
        )
    if re.search(r"ActionNotSupported|OptionalActionNotImplemented", codes) or "not implemented" in text.lower():
        return Unsupported(f"The device has no event service: {shown}.", hint="Use the driver `onvif` for its events.")
    if "MaxPullPoints" in text or "Maximum" in text:
        return DeviceBusy(f"The device has no room for another listener: {shown}.")
    return ProtocolError(f"The device's event service refused: {shown}.")


def parse_subscription(body: bytes, status: int) -> Subscription:
    """Where to pull: the device's path, never another host. An address of ONVIF's service is not followed: it would
    ask for another kind of account, and the refusal would look like a wrong password."""
    answer = parse_answer(body, status, "CreatePullPointSubscriptionResponse")
    reference = answer.find(f".//{{*}}SubscriptionReference/{{{_WSA}}}ReferenceParameters")
    elements: list[bytes] = []
    for element in [] if reference is None else reference[:_MOST_REFERENCES]:
        # `with_tail` off: what follows the element belongs to the answer.
        text = bytes(etree.tostring(element, with_tail=False))
        if isinstance(element.tag, str) and len(text) <= _LONGEST_REFERENCE:
            elements.append(text)
    address = (answer.findtext(f".//{{*}}SubscriptionReference/{{{_WSA}}}Address") or "").strip()
    found = re.fullmatch(r"https?://[^/?#\s]+(/vapix/[A-Za-z0-9_./?=&%-]{0,500})", address)
    return Subscription(path=PATH if found is None else found[1], reference=tuple(elements))


def parse_notifications(body: bytes, status: int) -> tuple[Notification, ...]:
    """What one pull gave; what cannot be read of one leaves the others as they are."""
    answer = parse_answer(body, status, "PullMessagesResponse")
    messages = [
        one for _, one in zip(range(_MOST_MESSAGES), answer.iterfind(".//{*}NotificationMessage"), strict=False)
    ]
    return tuple(one for message in messages if (one := parse_notification(message)) is not None)


def parse_notification(message: etree._Element) -> Notification | None:
    topic = (message.findtext("{*}Topic") or "").strip()
    inner = message.find("{*}Message/{*}Message")
    if not topic or inner is None:
        return None
    try:
        at = parse_instant(inner.get("UtcTime") or "")
    except ProtocolError:
        at = None
    return Notification(
        topic=topic[:300],
        at=at,
        operation=(inner.get("PropertyOperation") or "")[:20],
        source=_items(inner, "Source"),
        data=_items(inner, "Data"),
    )


def _items(message: etree._Element, part: str) -> dict[str, str]:
    found = [one for _, one in zip(range(_MOST_ITEMS), message.iterfind(f"{{*}}{part}/{{*}}SimpleItem"), strict=False)]
    return {(one.get("Name") or "")[:100]: (one.get("Value") or "")[:200] for one in found}
