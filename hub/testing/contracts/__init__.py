"""What every plugin of a kind must do, as test classes to subclass. See docs/plugins/testing.md."""

from hub.testing.contracts.camera import CameraDriverContract
from hub.testing.contracts.notifier import NotifierContract, RemoteNotifierContract
from hub.testing.contracts.store import StoreContract

__all__ = ["CameraDriverContract", "NotifierContract", "RemoteNotifierContract", "StoreContract"]
