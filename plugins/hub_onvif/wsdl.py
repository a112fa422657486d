"""Requests as the WSDLs of onvif-zeep describe them.

One document imports all of the WSDLs, is parsed once for the whole process and shared by all devices: 22 MB and a
third of a second with zeep itself, after which a device costs 71 KB, its connections included (tests measure it).
zeep's elements are read-only once they are resolved. Nothing else of onvif-zeep is used: its client keeps ten
megabytes per camera, waits without end, and trusts the addresses that a device names.
"""

import threading
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from hub.api import PluginError
from hub_onvif.names import SERVICES, Service
from hub_onvif.tree import Element, name_of

if TYPE_CHECKING:
    from zeep.wsdl.definitions import Binding

_FILES: dict[Service, str] = {
    "device": "devicemgmt.wsdl",
    "media": "media.wsdl",
    "ptz": "ptz.wsdl",
    "imaging": "imaging.wsdl",
    "events": "events.wsdl",
    "recording": "recording.wsdl",
    "search": "search.wsdl",
    "replay": "replay.wsdl",
    "analytics": "analytics.wsdl",
}
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
_ONE_AT_A_TIME = threading.Lock()


def build_request(service: Service, operation: str, **arguments: Any) -> Element:
    """The element to put into the body, with `arguments` nested as the schema has them.

    Raises `TypeError` or zeep's `ValidationError` for arguments that the WSDL does not know: a fault of ours.
    """
    with _ONE_AT_A_TIME:  # the first device parses for all that start with it
        bindings = _bindings()
    for binding in bindings[service]:
        try:
            found: Any = binding.get(operation)  # type: ignore[no-untyped-call]
        except ValueError:
            continue
        body = next(each for each in found.create(**arguments).content if name_of(each) == "Body")
        request: Element = next(iter(body))
        return request
    raise LookupError(f"{service} has no operation {operation}")


@cache
def _bindings() -> "dict[Service, tuple[Binding, ...]]":
    # zeep takes a tenth of a second to import, which a hub without ONVIF devices need not spend.
    from zeep.settings import Settings
    from zeep.wsdl.wsdl import Document

    folder = _folder()
    definitions = etree.Element(f"{{{_WSDL}}}definitions", {"targetNamespace": "urn:watchroom:onvif"})
    ports: list[tuple[Service, str, str]] = []
    for service, file in _FILES.items():
        namespace = SERVICES[service]
        location = str(folder / file)
        etree.SubElement(definitions, f"{{{_WSDL}}}import", {"namespace": namespace, "location": location})
        root = etree.parse(location).getroot()
        ports += [(service, namespace, each.get("name", "")) for each in root.iterfind(f"{{{_WSDL}}}binding")]
    # Bindings of imported documents are reached through the ports of a service.
    everything = etree.SubElement(definitions, f"{{{_WSDL}}}service", {"name": "all"})
    for service, namespace, name in ports:
        port = etree.SubElement(
            everything,
            f"{{{_WSDL}}}port",
            {"name": f"{service}/{name}", "binding": f"b:{name}"},
            nsmap={"b": namespace},
        )
        etree.SubElement(port, f"{{{_SOAP12}}}address", {"location": "http://device.invalid/"})
    transport: Any = _OnlyFiles(folder)
    document = Document(BytesIO(etree.tostring(definitions)), transport, settings=Settings(strict=False))
    found: dict[Service, list[Binding]] = {service: [] for service in _FILES}
    for service, _, name in ports:
        found[service].append(document.services["all"].ports[f"{service}/{name}"].binding)
    return {service: tuple(bindings) for service, bindings in found.items()}


class _OnlyFiles:
    """What zeep loads the WSDLs with: the files of one folder, and nothing from any network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        path = Path(url).resolve()
        if not path.is_relative_to(self._folder):
            raise PluginError(f"A WSDL refers to {url}, which is not beside it.")
        return path.read_bytes()


def _folder() -> Path:
    hint = "Install it anew: pip install --force-reinstall onvif-zeep"
    try:
        listed = files("onvif-zeep") or []
    except PackageNotFoundError:
        raise PluginError("The package onvif-zeep, whose WSDLs describe ONVIF, is not installed.", hint=hint) from None
    for file in listed:
        if file.name == _FILES["device"]:
            return Path(str(file.locate())).resolve().parent
    raise PluginError("The package onvif-zeep is installed without its WSDLs.", hint=hint)
