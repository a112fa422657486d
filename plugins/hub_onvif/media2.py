"""The requests of media2, which onvif-zeep's WSDLs do not have. Pure."""

from lxml import etree

from hub_onvif.names import SERVICES
from hub_onvif.tree import Element


def build_media2(operation: str, **arguments: str) -> Element:
    """A request of the media2 service whose parameters are all plain text, in the given order.

    >>> etree.tostring(build_media2("GetProfiles", Type="All")).decode()
    '<tr2:GetProfiles xmlns:tr2="http://www.onvif.org/ver20/media/wsdl"><tr2:Type>All</tr2:Type></tr2:GetProfiles>'
    """
    namespace = SERVICES["media2"]
    request: Element = etree.Element(f"{{{namespace}}}{operation}", nsmap={"tr2": namespace})
    for name, value in arguments.items():
        etree.SubElement(request, f"{{{namespace}}}{name}").text = value
    return request
