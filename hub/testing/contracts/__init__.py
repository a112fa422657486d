"""What every plugin of a kind must do, as test classes to subclass. See docs/plugins/testing.md."""

from hub.testing.contracts.camera import CameraDriverContract
from hub.testing.contracts.notifier import NotifierContract, RemoteNotifierContract
from hub.testing.contracts.storage import RemoteStorageContract, StorageContract
from hub.testing.contracts.store import StoreContract
from hub.testing.contracts.vendor import VendorContract
from hub.testing.contracts.vendor_base import DiskKind, Replies

__all__ = [
    "CameraDriverContract",
    "DiskKind",
    "NotifierContract",
    "RemoteNotifierContract",
    "RemoteStorageContract",
    "Replies",
    "StorageContract",
    "StoreContract",
    "VendorContract",
]
