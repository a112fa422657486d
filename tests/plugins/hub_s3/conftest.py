"""A real S3 server on a port of its own, and buckets in it."""

import socket
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

ACCESS, SECRET = "AKIAWATCHROOM0000001", "s3-secret-never-shown-0123456789abcdef"
_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def admin(server: str) -> Any:
    """A client of the bucket's owner, besides the plugin's own."""
    client = boto3.client(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id=ACCESS, aws_secret_access_key=SECRET
    )
    yield client
    client.close()


def make_options(server: str, bucket: str, **more: Any) -> Mapping[str, Any]:
    return {"endpoint": server, "bucket": bucket, "access_key": ACCESS, "secret_key": SECRET, **more}


@pytest.fixture
def bucket(admin: Any) -> str:
    name = f"recordings-{next(_numbers)}"
    admin.create_bucket(Bucket=name)
    return name


@pytest.fixture
def locking(admin: Any) -> str:
    """A bucket that offers object lock, and so keeps versions."""
    name = f"locked-{next(_numbers)}"
    admin.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


@pytest.fixture
def nobody() -> str:
    """An address at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return f"http://127.0.0.1:{port}"
