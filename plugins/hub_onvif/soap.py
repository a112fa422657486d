"""SOAP envelopes and faults. Pure."""

import copy
from collections.abc import Iterable

import msgspec
from lxml import etree

from hub.api import (
    AccountLocked,
    DeviceBusy,
    DeviceError,
    DeviceForbidden,
    DeviceRejected,
    NotActivated,
    ProtocolError,
    RebootRequired,
    Unsupported,
)
from hub_onvif.names import ADDRESSING, ENVELOPE
from hub_onvif.tree import Element, body_head, children, find, name_of, parse_document, text

MEDIA_TYPE = "application/soap+xml; charset=utf-8"


class Fault(msgspec.Struct, frozen=True):
    """A SOAP fault: its codes from the general to the particular, without prefixes, and what it says."""

    codes: tuple[str, ...]
    reason: str
    status: int = 0
    """Of HTTP. 401 means that the device wants to be signed to by HTTP, or says so of everything."""

    @property
    def refuses_credentials(self) -> bool:
        """Whether the device says who we are is not right (it says the same of what an account may not do)."""
        return not _AUTHORISATION.isdisjoint(code.lower() for code in self.codes) or any(
            phrase in self.reason.lower() for phrase in _AUTHORISATION_PHRASES
        )


_AUTHORISATION = frozenset(
    {"notauthorized", "failedauthentication", "authenticationfailed", "invalidsecurity", "failedcheck"}
)
_AUTHORISATION_PHRASES = ("not authorized", "not authorised", "unauthorized", "authentication fail")

_BY_CODE: dict[str, type[DeviceError]] = {
    "actionnotsupported": Unsupported,
    "optionalactionnotimplemented": Unsupported,
    "notsupported": Unsupported,
    "pulldeliverynotsupported": Unsupported,
    "nohandler": Unsupported,
    "ptznotsupported": Unsupported,
    "nosnapshot": Unsupported,
    "operationprohibited": DeviceRejected,
    "actionnotpermitted": DeviceForbidden,
    "accountlocked": AccountLocked,
    "userlocked": AccountLocked,
    "notactivated": NotActivated,
    "rebootrequired": RebootRequired,
    "invalidargval": DeviceRejected,
    "invalidargs": DeviceRejected,
    "tagmismatch": ProtocolError,
    "wellformed": ProtocolError,
    "outofmemory": DeviceBusy,
    "criticalerror": DeviceBusy,
    "busy": DeviceBusy,
    "subscribecreationfailedfault": DeviceBusy,
    "maxpullpoints": DeviceBusy,
    "invalidfilterfault": DeviceRejected,
}
"""Codes in small letters. The particular one decides where several of a fault are here."""

_OF_THE_DEVICE: dict[type[DeviceError], tuple[str, str]] = {
    AccountLocked: ("The device has locked the account", "Wait until it opens again, then check the password."),
    NotActivated: ("The device has no password yet", "Activate it with its maker's tool, then try again."),
    DeviceBusy: ("The device is busy", ""),
    RebootRequired: ("The device does it after a restart", "Restart the device."),
}
"""What is the matter with the device itself, whatever was asked: what is told, and what helps."""

_BY_PHRASE: tuple[tuple[str, type[DeviceError]], ...] = (
    ("not implemented", Unsupported),
    ("not supported", Unsupported),
    ("not recognized", Unsupported),
    ("account is locked", AccountLocked),
    ("user is locked", AccountLocked),
    ("too many", DeviceBusy),
    ("busy", DeviceBusy),
)


def build_envelope(body: Element, headers: Iterable[Element] = ()) -> bytes:
    """A request. The headers are those of security and addressing, if any."""
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"s": ENVELOPE, "wsa": ADDRESSING})
    header = etree.SubElement(envelope, f"{{{ENVELOPE}}}Header")
    header.extend(headers)
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(copy.deepcopy(body))
    written: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return written


def parse_answer(payload: bytes, operation: str) -> Element | Fault:
    """The element in the body of the answer to `operation`, or the fault that came instead.

    Raises `ProtocolError` for anything else, the answer to another operation included.
    """
    root = parse_document(payload, operation)
    body = find(root, "Body")
    if name_of(root) != "Envelope" or body is None:
        raise ProtocolError(
            f"The device's answer to {operation} is not a SOAP envelope. It begins with: {body_head(payload)}",
            hint="Is this the port and the path of the ONVIF service?",
        )
    content = next(iter(body), None)
    if content is None:
        raise ProtocolError(f"The device answered {operation} with an empty envelope.")
    if name_of(content) == "Fault":
        return _parse_fault(content)
    if name_of(content) != f"{operation}Response":
        raise ProtocolError(f"The device answered {operation} with {name_of(content)[:80]}.")
    return content


def _parse_fault(fault: Element) -> Fault:
    codes: list[str] = []
    code = find(fault, "Code")
    while code is not None and len(codes) < 8:
        codes.append(text(code, "Value", limit=200))
        code = find(code, "Subcode")
    # Some devices answer with a fault of SOAP 1.1.
    codes.append(text(fault, "faultcode", limit=200))
    reason = text(fault, "Reason", "Text", limit=300) or text(fault, "faultstring", limit=300)
    detail = find(fault, "Detail")
    if detail is not None:
        codes += [name_of(each) for each in list(detail)[:4] if name_of(each) != "Text"]
        reason = reason or next((text(each, limit=300) for each in children(detail, "Text")), "")
    bare = tuple(each.rpartition(":")[2].strip() for each in codes)
    return Fault(tuple(each for each in bare if each), reason)


def fault_error(fault: Fault, operation: str, status: int) -> DeviceError:
    """The error to raise for a fault that is not about credentials."""
    known = [_BY_CODE[code.lower()] for code in fault.codes if code.lower() in _BY_CODE]
    phrased = [kind for phrase, kind in _BY_PHRASE if phrase in fault.reason.lower()]
    kind = known[-1] if known else phrased[0] if phrased else ProtocolError
    said = "/".join(fault.codes[:4])
    shown = (body_head(f"{said}: {fault.reason}".encode()) if fault.reason else said) or "it does not say why"
    if kind in _OF_THE_DEVICE:
        message, hint = _OF_THE_DEVICE[kind]
        return kind(f"{message}: {shown} ({operation}, HTTP {status}).", hint=hint)
    return kind(f"The device refused {operation}: {shown} (HTTP {status}).")


def status_error(status: int, operation: str, payload: bytes) -> DeviceError | None:
    """The error for an answer that is no SOAP, by its HTTP status; None for one that should have been."""
    if 200 <= status < 300:
        return None
    kinds: dict[int, type[DeviceError]] = {
        403: DeviceForbidden, 404: Unsupported, 405: Unsupported, 423: AccountLocked,
        429: DeviceBusy, 501: Unsupported, 503: DeviceBusy,
    }  # fmt: skip
    kind = kinds.get(status, ProtocolError)
    head = body_head(payload)
    return kind(
        f"The device answered {operation} with HTTP status {status}{f' and: {head}' if head else ''}.",
        hint="Is this the port and the path of the ONVIF service?" if status in (404, 405) else "",
    )
