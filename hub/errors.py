"""Every error that the hub raises on purpose.

    HubError
    ├── ConfigError            hub.toml or a rule file has problems (all of them listed)
    ├── SiteError              the site's folder cannot be used (missing, unreadable, locked, full)
    ├── Refused                a command that must not be carried out
    │   ├── NotAllowed         the person has no right to it
    │   ├── NotFound           it names a thing that does not exist
    │   └── WrongState         the thing is not in a state that allows it
    ├── JournalError
    │   ├── JournalBlocked     nothing can be written now and the waiting line is full
    │   └── JournalDamaged     a record was changed, removed or inserted
    ├── PluginError            a plugin cannot be used; the rest goes on
    ├── DeviceError
    │   ├── DeviceUnreachable  retry with back-off
    │   │   └── DeviceBusy     it answers, and asks to come back later
    │   ├── DeviceUntrusted    the line to it is not safe: nothing was said to it
    │   ├── AuthRejected       do not retry: a person must act, devices lock accounts
    │   │   └── AccountLocked  the device has locked the account
    │   ├── DeviceForbidden    signed in, and not allowed to do this
    │   ├── NotActivated       the device has no password yet
    │   ├── Unsupported        give up: the device cannot do it
    │   ├── DeviceRejected     the device understood, and said no to these values
    │   ├── RebootRequired     done, and in force only after the device has restarted
    │   └── ProtocolError      the device answered nonsense
    ├── StorageError           a storage of recordings did not do what was asked
    │   ├── StorageUnavailable it is away, full, or does not answer: again later
    │   ├── StorageRefused     it said no; a person must act (credentials, rights, settings)
    │   ├── StorageLocked      what is to be deleted must be kept there for now
    │   └── NotStored          it holds nothing of this name
    ├── DeliveryFailed         a message or call did not get out (`.retry` says whether to try again)
    └── ClientError
        ├── HubUnreachable     nobody answers at the hub's address
        └── NotSignedIn        the token is missing, wrong, or has expired
            └── CodeWanted     name and password are right; a code is asked for besides

`hint` is the way out, in one sentence for the person who reads it. No message ever holds a secret.
"""

from collections.abc import Sequence


class HubError(Exception):
    """The root: catch this to catch everything the hub raises on purpose."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(HubError):
    """A file that a person wrote has problems; `problems` holds every one (`hub.config.problems.Problem`)."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class SiteError(HubError):
    """The site's folder cannot be used."""


class Refused(HubError):
    """A command that must not be carried out; nothing was changed."""


class NotAllowed(Refused):
    """The person has no right to do this."""


class NotFound(Refused):
    """The command names something that does not exist."""


class WrongState(Refused):
    """The thing is not in a state in which this can be done."""


class JournalError(HubError):
    """The journal cannot do what was asked."""


class JournalBlocked(JournalError):
    """Nothing can be written at the moment and the bounded waiting line is full; nothing acknowledged is lost."""


class JournalDamaged(JournalError):
    """The chain does not hold; `seq` is the first bad record."""

    def __init__(self, message: str, *, seq: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.seq = seq


class PluginError(HubError):
    """A plugin cannot be loaded or used."""


class DeviceError(HubError):
    """A camera or recorder did not do what was asked."""


class DeviceUnreachable(DeviceError):
    """No answer; try again later."""


class DeviceBusy(DeviceUnreachable):
    """The device answers, and has no time now."""


class DeviceUntrusted(DeviceError):
    """The line to it is not safe: another certificate than expected, or none at all where the password itself would go.
    Nothing was said to it."""


class AuthRejected(DeviceError):
    """The device refused the credentials; it is not asked again until a person says so."""

    body: bytes = b""
    """What the device wrote to it, in which a vendor may find that the account is locked; 64 KiB at most."""


class AccountLocked(AuthRejected):
    """The device has locked the account, for some time or until somebody acts."""


class DeviceForbidden(DeviceError):
    """The account may not do this on the device."""


class NotActivated(DeviceError):
    """The device is as it came from the maker: nobody has given it a password."""


class Unsupported(DeviceError):
    """The device cannot do this at all."""


class DeviceRejected(DeviceError):
    """The device understood what was asked, and will not do it so."""


class RebootRequired(DeviceError):
    """The device has taken it, and does it only after a restart."""


class ProtocolError(DeviceError):
    """The device's answer could not be understood."""


class StorageError(HubError):
    """A storage of recordings did not do what was asked."""


class StorageUnavailable(StorageError):
    """The storage is away, full, or does not answer; it is asked again later."""


class StorageRefused(StorageError):
    """The storage said no, and will again until a person has acted."""


class StorageLocked(StorageError):
    """What is to be deleted must be kept there until a time that was set when it was stored."""


class NotStored(StorageError):
    """The storage holds nothing of this name."""


class DeliveryFailed(HubError):
    """A message did not get out. `retry` is False when trying again cannot help (a wrong address, say)."""

    def __init__(self, message: str, *, retry: bool = True, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry = retry


class ClientError(HubError):
    """The client could not get what it asked for."""


class HubUnreachable(ClientError):
    """Nobody answers at the hub's address."""


class NotSignedIn(ClientError):
    """The token is missing, wrong or expired."""


class CodeWanted(NotSignedIn):
    """Name and password are right; the account asks for a code besides."""
