"""The one module that plugins import. Everything named in `__all__` is kept stable within `API_VERSION`."""

from hub.clock import Clock
from hub.core.alarms.events import PRIORITIES, Priority
from hub.core.text import Language, Text
from hub.errors import (
    AuthRejected,
    DeliveryFailed,
    DeviceError,
    DeviceUnreachable,
    HubError,
    PluginError,
    ProtocolError,
    SiteError,
    Unsupported,
)
from hub.hookspecs import (
    API_VERSION,
    RegisterCamera,
    RegisterNotifier,
    RegisterService,
    RegisterStore,
    hookimpl,
)
from hub.ports import (
    CameraDriver,
    Message,
    NamedStreams,
    Notifier,
    OutboxEntry,
    PluginContext,
    Presets,
    Service,
    Store,
    StoredRecord,
    StreamSpec,
    Transaction,
)
from hub.secret import Secret, redact

__all__ = [
    "API_VERSION",
    "PRIORITIES",
    "AuthRejected",
    "CameraDriver",
    "Clock",
    "DeliveryFailed",
    "DeviceError",
    "DeviceUnreachable",
    "HubError",
    "Language",
    "Message",
    "NamedStreams",
    "Notifier",
    "OutboxEntry",
    "PluginContext",
    "PluginError",
    "Presets",
    "Priority",
    "ProtocolError",
    "RegisterCamera",
    "RegisterNotifier",
    "RegisterService",
    "RegisterStore",
    "Secret",
    "Service",
    "SiteError",
    "Store",
    "StoredRecord",
    "StreamSpec",
    "Text",
    "Transaction",
    "Unsupported",
    "hookimpl",
    "redact",
]
