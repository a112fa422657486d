"""Nothing of a site leaves it with a captured exchange, and what belonged together still does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.devices.captured import (
    Captured,
    Exchange,
    format_captured,
    make_exchange,
    parse_captured,
    redact_captured,
)
from hub.errors import SiteError

PASSWORD = "p@ss/#?%:ü"


def kept(*bodies: str | bytes, media: str = "application/xml", path: str = "/a") -> list[str]:
    """The bodies as they are kept."""
    exchanges = [
        make_exchange(
            method="GET",
            path=path,
            status=200,
            media=media,
            content=body if isinstance(body, bytes) else body.encode(),
        )
        for body in bodies
    ]
    return [each.body for each in redact_captured(Captured(exchanges=exchanges), secrets=[PASSWORD]).exchanges]


def test_the_same_address_and_serial_number_become_the_same_stand_ins() -> None:
    xml, text, json = kept(
        "<D><macAddress>44:19:b6:AA:bb:01</macAddress><serialNumber>DS-2CD20190101AAWR123</serialNumber></D>",
        "mac=44-19-B6-AA-BB-01\r\nname=cam-4419b6aabb01\r\nserialNo=ND0210\r\n",
        '{"host": "DS-2CD20190101AAWR123.local", "mac": "00:11:22:33:44:55"}',
    )
    assert xml == "<D><macAddress>02:00:00:00:00:01</macAddress><serialNumber>SERIAL-0001</serialNumber></D>"
    assert text == "mac=02-00-00-00-00-01\r\nname=cam-020000000001\r\nserialNo=SERIAL-0002\r\n"
    assert json == '{"host": "SERIAL-0001.local", "mac": "02:00:00:00:00:02"}'


@pytest.mark.parametrize(
    "written",
    [
        f"<user><password>{PASSWORD}</password></user>",
        f'{{"pwd": "{PASSWORD}"}}',
        f"table.User[0].Password={PASSWORD}\r\n",
        f"rtsp://admin:{PASSWORD}@10.0.0.8/live",
        "rtsp://admin:p%40ss%2F%23%3F%25%3A%C3%BC@10.0.0.8/live",
        f"somewhere in the middle {PASSWORD} of it",
        base64.b64encode(PASSWORD.encode()).decode(),
        "<secretKey>abc</secretKey><x:token a='b'>def</x:token>",
    ],
)
def test_no_form_of_a_secret_is_kept(written: str) -> None:
    (body,) = kept(written)
    assert PASSWORD not in body
    assert "p%40ss" not in body
    assert "***" in body
    assert not {"abc", "def"} & set(body.replace("<", ">").split(">"))


def test_mail_and_public_addresses_go_and_private_ones_stay() -> None:
    (body,) = kept("ntp=8.8.8.8 dns=8.8.8.8 host=10.1.2.3 to=guard@plant.example.org from=guard@plant.example.org")
    assert "8.8.8.8" not in body
    assert "plant.example" not in body
    assert "host=10.1.2.3" in body
    assert body.count("203.0.113.2") == 2
    assert body.count("person-1@example.com") == 2


def test_a_path_is_cleaned_too() -> None:
    captured = Captured(exchanges=[Exchange(method="GET", path=f"/set?pwd={PASSWORD}&x=1", status=200)])
    assert redact_captured(captured, secrets=[PASSWORD]).exchanges[0].path == "/set?pwd=***&x=1"


def test_pictures_are_replaced_unless_they_are_wanted() -> None:
    picture = b"\xff\xd8\xff\xe0" + bytes(range(256))
    captured = Captured(
        exchanges=[make_exchange(method="GET", path="/p", status=200, media="image/jpeg", content=picture)]
    )
    assert redact_captured(captured, secrets=[]).exchanges[0].content() == b"\xff\xd8\xff\xd9"
    assert redact_captured(captured, secrets=[], pictures=True).exchanges[0].content() == picture


@given(st.binary(max_size=500), st.sampled_from(["text/plain", "multipart/mixed; boundary=x", "image/png"]))
def test_any_body_is_written_and_read_back(content: bytes, media: str) -> None:
    captured = Captured(exchanges=[make_exchange(method="GET", path="/a", status=200, media=media, content=content)])
    again = parse_captured(format_captured(captured), "a.json")
    assert again.exchanges[0].content() == content
    redact_captured(again, secrets=["secret"])


@given(st.binary(max_size=300))
def test_a_file_that_is_none_is_said_to_be(data: bytes) -> None:
    with pytest.raises(SiteError, match=r"a\.json"):
        parse_captured(data, "a.json")


def test_a_body_that_is_no_base64_is_said_to_be() -> None:
    with pytest.raises(SiteError, match="base64"):
        Exchange(method="GET", path="/a", status=200, body="%%%", encoding="base64").content()
