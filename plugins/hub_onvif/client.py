"""One device's SOAP: where its services are, how it wants to be signed to, and what it answers."""

import copy
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from hub.api import (
    AccountLocked,
    AuthRejected,
    DeviceAccess,
    DeviceForbidden,
    DeviceRejected,
    ProtocolError,
    Unsupported,
)
from hub_onvif.addresses import service_path
from hub_onvif.clock import DeviceTime, parse_time, zone_mistake
from hub_onvif.names import BEFORE_SIGNING_IN, SERVICES, Service
from hub_onvif.soap import MEDIA_TYPE, Fault, build_envelope, fault_error, parse_answer, status_error
from hub_onvif.tree import Element, children, descendants, find, name_of, text
from hub_onvif.wsdl import build_request
from hub_onvif.wsse import build_security

_LARGEST = 4 * 1024 * 1024
_LONG_POLL_S = 60.0
_STEPPED_S = 5.0
_FORBIDDEN_FOR = timedelta(hours=1)
"""Every try counts towards a lock-out on some devices, and somebody may have given the account the right."""
_LATE_PROOFS = BEFORE_SIGNING_IN | {"GetDeviceInformation"}
"""What some devices answer to anybody: that it succeeds does not prove the password."""


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """How to sign for a device."""

    offset_s: float = 0.0
    """What to add to the hub's time to get the time that the device compares with."""
    mistake_s: float = 0.0
    """How much of what the device calls UTC is its zone's offset; part of what it tells, not of what it compares."""
    plain: bool = False
    """The password itself instead of its digest; over TLS only."""
    http: bool = False
    """By HTTP besides: the device has refused what was signed without with status 401."""


class Client:
    """Asks one device. Safe to use from two threads: what it has learnt is replaced whole, never changed."""

    def __init__(self, access: DeviceAccess, path: str) -> None:
        self._access = access
        self._root = path
        self._paths: dict[Service, str] | None = None
        self._signing: Signing | None = None
        self._proven = False
        self._stepped = False
        self._proof: tuple[str, Element] | None = None
        self._forbidden: dict[str, datetime] = {}
        """Operation → until when it is not asked again."""

    @property
    def signing(self) -> Signing | None:
        """How the device has been signed to with success; None before that."""
        return self._signing if self._proven else None

    @property
    def refusal_is_final(self) -> bool:
        """Whether the device is signed to by HTTP, where what the account may not do is refused like a wrong password:
        what needs an administrator is then better not asked by the way."""
        return self._signing is not None and self._signing.http

    def call(self, service: Service, operation: str, **arguments: Any) -> Element:
        """Ask one operation of a service; gives the element `…Response`.

        Raises `Unsupported` where the device has no such service, and every other `DeviceError`.
        """
        return self.send(self.path(service), build_request(service, operation, **arguments))

    def has(self, service: Service) -> bool:
        """Whether the device names such a service."""
        return service in self._services()

    def path(self, service: Service) -> str:
        """The path of a service. Raises `Unsupported` where there is none."""
        if service == "device":
            return self._root
        path = self._services().get(service)
        if path is None:
            raise Unsupported(f"The device has no ONVIF service for {service}.")
        return path

    def send(self, path: str, body: Element, *, addressing: Sequence[Element] = (), patient: bool = False) -> Element:
        """Send the request `body` to `path` and give the element that answers it.

        `patient`: the device may take its time (events are asked for by waiting); the line's end is noticed at once.
        """
        operation = name_of(body)
        if operation in self._forbidden and self._access.now() < self._forbidden[operation]:
            raise DeviceForbidden(f"The device does not let this account {operation}; it was not asked again.")

        def post(signing: Signing) -> Element | Fault:
            return self._post(path, body, signing=signing, addressing=addressing, patient=patient)

        if self._access.credentials() is None:
            answer = self._post(path, body, signing=None, addressing=addressing, patient=patient)
            if isinstance(answer, Fault):
                raise self._refused(answer)
            return answer
        known = signing = self._way()
        answer = post(signing)
        for other in self._other_ways(signing, answer.status) if isinstance(answer, Fault) else ():
            signing, answer = other, post(other)
            if not isinstance(answer, Fault):
                break
        if isinstance(answer, Fault):
            if self._still_proves(signing):
                self._forbidden = {**self._forbidden, operation: self._access.now() + _FORBIDDEN_FOR}
                raise DeviceForbidden(f"The device does not let this account {operation}: {answer.reason[:200]}")
            raise self._refused(answer)
        if signing is not known:  # the other thread may have learnt something newer meanwhile
            self._signing = signing
        self._proven = self._proven or operation not in BEFORE_SIGNING_IN
        if operation.startswith("Get") and operation not in _LATE_PROOFS and self._proof is None:
            self._proof = (path, copy.deepcopy(body))
        return answer

    def device_time(self) -> tuple[DeviceTime, datetime]:
        """What time the device has, and the hub's time in the middle of the exchange.

        Asked without signing, as ONVIF has it: a signature would need the time first. Only where that is refused it
        is asked signed.
        """
        body = build_request("device", "GetSystemDateAndTime")
        before = self._access.now()
        try:
            answer = self._post(self._root, body, signing=None, sign_in=False)
        except DeviceForbidden:
            answer = Fault((), "", 403)
        if isinstance(answer, Fault):
            before = self._access.now()
            answer = self._post(self._root, body, signing=self._signing or Signing(http=True))
        middle = before + (self._access.now() - before) / 2
        if isinstance(answer, Fault):
            raise self._refused(answer)
        return parse_time(answer), middle

    def device_now(self) -> datetime:
        """The device's time as far as it is known; nothing is asked."""
        offset_s = self._signing.offset_s if self._signing is not None else 0.0
        return self._access.now() + timedelta(seconds=offset_s)

    def forget(self) -> None:
        """Ask anew for services and time: the device has restarted, or its clock was set."""
        self._paths = None
        self._stepped = True

    def _services(self) -> dict[Service, str]:
        if self._paths is None:
            try:
                self._paths = parse_services(self.call("device", "GetServices", IncludeCapability=False))
            except (Unsupported, DeviceRejected):
                self._paths = parse_capabilities(self.call("device", "GetCapabilities", Category=["All"]))
        return self._paths

    def _way(self) -> Signing:
        known = self._signing
        if known is None or self._stepped:
            self._stepped = False
            known = self._measured(known or Signing())
            self._signing = known
        return known

    def _measured(self, known: Signing) -> Signing:
        """The same way of signing, by the time that the device has now."""
        try:
            told, asked_at = self.device_time()
        except (Unsupported, DeviceRejected, DeviceForbidden, ProtocolError):
            return known
        offset_s = (told.at - asked_at).total_seconds() - known.mistake_s
        return msgspec.structs.replace(known, offset_s=offset_s)

    def _other_ways(self, signing: Signing, status: int) -> Iterator[Signing]:
        """What else may be right, each to be tried once: every refused try counts towards a lock-out."""
        if self._proven:
            fresh = self._measured(signing)
            if abs(fresh.offset_s - signing.offset_s) > _STEPPED_S:
                yield fresh
            return
        mistake_s = zone_mistake(signing.offset_s)
        if mistake_s:
            yield msgspec.structs.replace(signing, offset_s=signing.offset_s - mistake_s, mistake_s=mistake_s)
        if status == 401 and not signing.http:
            yield msgspec.structs.replace(signing, http=True)
        elif self._access.address.tls and not signing.plain:
            yield msgspec.structs.replace(signing, plain=True)

    def _still_proves(self, signing: Signing) -> bool:
        """Whether the device takes these credentials for something that every account may ask."""
        if self._proof is None and "media" in (self._paths or {}):
            self._proof = (self.path("media"), build_request("media", "GetVideoSources"))
        if self._proof is None:
            return False
        path, body = self._proof
        return not isinstance(self._post(path, body, signing=signing), Fault)

    def _refused(self, fault: Fault) -> Exception:
        return self._access.refused(f"{'/'.join(fault.codes[:4]) or 'no reason given'}.")

    def _post(
        self,
        path: str,
        body: Element,
        *,
        signing: Signing | None,
        addressing: Sequence[Element] = (),
        patient: bool = False,
        sign_in: bool | None = None,
    ) -> Element | Fault:
        """The answer, or the fault that refuses the credentials; every other fault is raised."""
        operation = name_of(body)
        headers = [*addressing]
        credentials = self._access.credentials() if signing is not None else None
        if credentials is not None and signing is not None:
            at = self._access.now() + timedelta(seconds=signing.offset_s)
            headers.append(build_security(credentials, at=at, nonce=secrets.token_bytes(16), plain=signing.plain))
        by_http = (signing is None or signing.http) if sign_in is None else sign_in
        status, payload = self._exchange(path, build_envelope(body, headers), patient, by_http)
        if status in (404, 405):
            self._paths = None  # another firmware may have its services elsewhere
        try:
            answer = read_answer(status, payload, operation)
            if isinstance(answer, Fault) and not answer.refuses_credentials:
                raise fault_error(answer, operation, status)
        except AccountLocked:
            self._access.refused("the account is locked")  # nothing is asked until a person says so
            raise
        return answer

    def _exchange(self, path: str, payload: bytes, patient: bool, sign_in: bool) -> tuple[int, bytes]:
        content = {"content-type": MEDIA_TYPE}
        if not patient:
            try:
                answer = self._access.request(
                    "POST", path, body=payload, headers=content, limit=_LARGEST, sign_in=sign_in
                )
            except AuthRejected:
                if sign_in:
                    raise
                return 401, b""
            return answer.status, answer.body
        with self._access.stream("POST", path, body=payload, headers=content, idle_s=_LONG_POLL_S) as flow:
            read = bytearray()
            for piece in flow:
                read += piece
                if len(read) > _LARGEST:
                    raise ProtocolError("The device answered with more than 4 MiB.")
            return flow.status, bytes(read)


def read_answer(status: int, payload: bytes, operation: str) -> Element | Fault:
    """What an HTTP answer says: the element or the fault. Raises the error that fits its status where it is neither."""
    error = status_error(status, operation, payload)
    if error is None:
        return parse_answer(payload, operation)
    if status == 401:
        return Fault(("NotAuthorized",), "HTTP status 401", status)
    try:
        answer = parse_answer(payload, operation)
    except ProtocolError:
        raise error from None
    if isinstance(answer, Fault):
        return msgspec.structs.replace(answer, status=status)
    raise error


def parse_services(answer: Element) -> dict[Service, str]:
    """Service → path, from GetServicesResponse. Raises `ProtocolError` where it names no service that is known."""
    by_namespace = {namespace: service for service, namespace in SERVICES.items()}
    paths: dict[Service, str] = {}
    for told in children(answer, "Service"):
        service = by_namespace.get(text(told, "Namespace", limit=200).rstrip("/"))
        address = text(told, "XAddr")
        if service is not None and address:
            paths.setdefault(service, service_path(address))
    if not paths:
        raise ProtocolError("The device names no ONVIF service that is known.")
    return paths


_CAPABILITIES: dict[str, Service] = {
    "Device": "device",
    "Media": "media",
    "PTZ": "ptz",
    "Imaging": "imaging",
    "Events": "events",
    "Recording": "recording",
    "Search": "search",
    "Replay": "replay",
    "Analytics": "analytics",
}


def parse_capabilities(answer: Element) -> dict[Service, str]:
    """The same from GetCapabilitiesResponse, which old devices know."""
    told = find(answer, "Capabilities")
    paths: dict[Service, str] = {}
    for each in descendants(told, "XAddr") if told is not None else ():
        parent = each.getparent()
        service = _CAPABILITIES.get(name_of(parent)) if parent is not None else None
        if service is not None and each.text and each.text.strip():
            paths.setdefault(service, service_path(each.text))
    if not paths:
        raise ProtocolError("The device names no ONVIF service that is known.")
    return paths
