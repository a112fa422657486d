"""Which devices have a password that another one has as well. Nothing is tried: hub.toml is compared with itself."""

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Mapping

from hub.devices.fleet import DeviceSpec
from hub.errors import HubError


def find_sharing(specs: Mapping[str, DeviceSpec]) -> frozenset[str]:
    """The ids of the devices that share their password. It reads secret files: call it from a thread.

    A password that cannot be read now is compared with none. Compared are digests, under a key that is forgotten.
    """
    key = secrets.token_bytes(32)
    users = defaultdict[bytes, set[str]](set)
    for name, spec in specs.items():
        try:
            given = spec.credentials()
        except HubError:
            continue
        if given is not None and given.password:
            users[hmac.digest(key, given.password.encode(), hashlib.sha256)].add(name)
    return frozenset(name for names in users.values() if len(names) > 1 for name in names)
