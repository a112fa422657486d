"""The connection to the object storage: its limits in time, and what its errors mean."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as _VARIABLES
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from hub.api import (
    NotStored,
    PluginContext,
    SiteError,
    StorageError,
    StorageLocked,
    StorageRefused,
    StorageUnavailable,
    redact,
)
from hub_s3.options import S3Options

CONNECT_S = 5.0
READ_S = 20.0
_TRIES = 2
_MISSING = frozenset({"NoSuchKey", "404", "NotFound", "NoSuchVersion"})
_RANGE = frozenset({"InvalidRange", "416"})
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"})
_FAULTS = {
    ConnectTimeoutError: "it did not answer in time",
    ReadTimeoutError: "it did not answer in time",
    ConnectionClosedError: "the connection broke",
    EndpointConnectionError: "it cannot be reached",
    ProxyConnectionError: "it cannot be reached",
    HTTPClientError: "the connection broke",
}
"""The more exact ones first."""
_CREDENTIALS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"})


def open_client(options: S3Options, context: PluginContext) -> Any:
    """A client for the bucket's server, without I/O. Raises `StorageRefused` where a secret is not there."""
    try:
        access_key = options.access_key.reveal(context.site)
        secret_key = options.secret_key.reveal(context.site)
    except SiteError as error:
        raise StorageRefused(error.message, hint=error.hint) from error
    # Nothing of whoever started the hub: no variables of the environment, no files in a home, no proxies.
    own = {name: (None, None, default, convert) for name, (_, _, default, convert) in _VARIABLES.items()}
    session = botocore.session.Session(session_vars=own)
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    verify = str(context.site / options.ca) if options.ca is not None else None
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"total_max_attempts": _TRIES, "mode": "standard"},
        proxies={},
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        max_pool_connections=8,
    )
    return boto3.Session(botocore_session=session).client(
        "s3",
        endpoint_url=options.endpoint,
        region_name=options.region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        verify=verify,
        config=config,
    )


@contextmanager
def understood(where: str, name: str = "") -> Iterator[None]:
    """Tell what the server's errors mean. `where`: endpoint and bucket, for the messages."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error, where, name) from None
    except SSLError:
        raise StorageRefused(
            f"The certificate of {where} is not trusted.", hint="`ca` names the certificate of a private authority."
        ) from None
    except BotoCoreError as error:
        fault = next((words for kind, words in _FAULTS.items() if isinstance(error, kind)), type(error).__name__)
        raise StorageUnavailable(f"{where}: {fault}.", hint="Is the server running?") from None


def code_of(error: ClientError) -> str:
    """What the server called its error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_behind_the_end(error: ClientError) -> bool:
    return code_of(error) in _RANGE


def _meaning(error: ClientError, where: str, name: str) -> StorageError:
    code = code_of(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    said = redact(str(error.response.get("Error", {}).get("Message", "")))[:120]
    if code in _MISSING and name:
        return NotStored(f"{where} holds no {name}.")
    if code == "NoSuchBucket" or code in _MISSING:
        return StorageRefused(f"There is no {where}.", hint="Make the bucket; the hub makes none.")
    if code in _CREDENTIALS:
        return StorageRefused(f"{where} refused the keys ({code}).", hint="`access_key` and `secret_key` in hub.toml.")
    if code in _FULL:
        return StorageUnavailable(f"{where}: it is full.", hint="Make room there, or lower `keep_days`.")
    if error.operation_name == "DeleteObject" and (code == "AccessDenied" or "lock" in said.lower()):
        return StorageLocked(f"{where} does not let {name} be deleted yet ({code}).")
    if status >= 500 or code in ("SlowDown", "RequestTimeout", "Throttling"):
        return StorageUnavailable(f"{where}: {code or status}.")
    return StorageRefused(f"{where} refused it: {code or status} {said}".strip() + ".")
