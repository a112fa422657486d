"""How `hub_mail` speaks with real servers that take mail, put it off, refuse it, hang or are somebody else."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from hub_mail.notifier import Mail
from hub_mail.options import MailOptions, MailTarget

from hub.api import DeliveryFailed, PluginContext, Text
from hub.testing.samples import make_jpeg, make_message
from tests.plugins.conftest import Certificate
from tests.plugins.hub_mail.conftest import PASSWORD, USER, MailServer, MakeServer

_DUTY = MailTarget(to=["duty@example.com"])
_BOTH = MailTarget(to=["duty@example.com", "leader@example.com"])


def _mail(context: PluginContext, port: int, *, patience_s: float = 20.0, **options: Any) -> Mail:
    values = {"host": "127.0.0.1", "port": port, "security": "none", "from": "watchroom@example.com"}
    return Mail(MailOptions.model_validate(values | options), context, patience_s=patience_s)


@pytest.fixture
async def server(mail_server: MakeServer) -> MailServer:
    plain: MailServer = await mail_server()
    return plain


async def test_the_mail_carries_text_facts_and_pictures_in_chinese(
    server: MailServer, hub_context: PluginContext, tmp_path: Path
) -> None:
    pictures = (make_jpeg(tmp_path / "before.jpg", level=200), make_jpeg(tmp_path / "after.jpg", level=10))
    message = make_message(language="zh_CN", pictures=pictures, priority="critical")
    answer = await _mail(hub_context, server.port).send(message, _BOTH)
    assert answer == "2 of 2 accepted: taken"
    (mail,) = server.mails
    assert server.recipients == [["duty@example.com", "leader@example.com"]]
    assert mail["Subject"] == "[紧急] 摄像机被遮挡"
    assert mail["From"] == "示范工厂 <watchroom@example.com>"
    assert mail["To"] == "duty@example.com, leader@example.com"
    assert mail["Date"] == "Mon, 05 Jan 2026 08:00:00 +0000"
    assert (mail["Importance"], mail["X-Priority"], mail["Auto-Submitted"]) == ("high", "1", "auto-generated")
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == (
        "摄像机被遮挡\n\n北门：画面大部分被遮挡。\n\n"
        "级别：紧急\n厂区：示范工厂\n摄像机：gate-1\n条款：3.6b\n事件：view.obstructed\n"
    )
    images = [part for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    assert [part.get_content() for part in images] == [picture.read_bytes() for picture in pictures]
    for part in images:
        assert part.get_content_disposition() == "inline"
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in page.get_content()


async def test_documents_are_attached_as_they_are_and_what_does_not_fit_is_named(
    server: MailServer, hub_context: PluginContext, tmp_path: Path
) -> None:
    page, paper, large = tmp_path / "weekly.html", tmp_path / "weekly.pdf", tmp_path / "large.xlsx"
    page.write_text("<p>周报</p>", encoding="utf-8")
    paper.write_bytes(b"%PDF-1.7 " + bytes(range(256)))
    large.write_bytes(bytes(6_000_000))
    files = (page, paper, large, tmp_path / "gone.csv")
    await _mail(hub_context, server.port).send(make_message(files=files), _DUTY)
    (mail,) = server.mails
    parts = {part.get_filename(): part for part in mail.iter_attachments()}
    assert parts.keys() == {"weekly.html", "weekly.pdf"}
    assert parts["weekly.html"].get_content_type() == "text/html"
    assert parts["weekly.html"].get_payload(decode=True) == page.read_bytes()
    assert parts["weekly.pdf"].get_content() == paper.read_bytes()
    assert "A file could not be attached: large.xlsx" in server.texts()
    assert "A file could not be attached: gone.csv" in server.texts()


async def test_a_repeated_message_has_the_same_id_and_another_has_another(
    server: MailServer, hub_context: PluginContext
) -> None:
    mail = _mail(hub_context, server.port)
    for key in ("rule:1:0", "rule:1:0", "rule:2:0"):
        await mail.send(make_message(id=key), _DUTY)
    first, again, other = (taken["Message-ID"] for taken in server.mails)
    assert first == again != other
    assert first.endswith("@example.com>")


async def test_markup_in_a_message_stays_text(server: MailServer, hub_context: PluginContext, tmp_path: Path) -> None:
    message = make_message(
        title=Text(en="a\r\nBcc: spy@example.com"),
        body=Text(en="<img src=x onerror=alert(1)> & more"),
        pictures=(make_jpeg(tmp_path / "a.jpg"),),
    )
    await _mail(hub_context, server.port).send(message, _DUTY)
    (mail,) = server.mails
    page = mail.get_body(("html",))
    assert page is not None
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more" in page.get_content()
    assert mail["Subject"] == "[high] a Bcc: spy@example.com"
    assert mail["Bcc"] is None
    assert server.recipients == [["duty@example.com"]]


async def test_pictures_that_cannot_be_sent_are_named(
    server: MailServer, hub_context: PluginContext, tmp_path: Path
) -> None:
    large, other = tmp_path / "large.jpg", tmp_path / "other.jpg"
    large.write_bytes(b"\xff\xd8" + b"x" * 2_000_000)
    other.write_bytes(b"GIF89a")
    mail = _mail(hub_context, server.port)
    await mail.send(make_message(pictures=(large, other)), _DUTY)
    await mail.send(make_message(pictures=(tmp_path / "gone.jpg",), language="zh_CN"), _DUTY)
    assert "A picture could not be attached: large.jpg (> 2 MB)" in server.texts()
    assert "A picture could not be attached: other.jpg (JPEG?)" in server.texts()
    assert "图片未能附上: gone.jpg (No such file or directory)" in server.texts()
    assert all(part.get_content_type() != "image/jpeg" for taken in server.mails for part in taken.walk())


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_encrypted_and_signed_in(
    mail_server: MakeServer, hub_context: PluginContext, certificate: Certificate, security: str
) -> None:
    server = await mail_server(security=security, login=True)
    (hub_context.site / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    (hub_context.site / "ca.pem").write_bytes(certificate.file.read_bytes())
    options = {"security": security, "user": USER, "password": "file:password", "ca": "ca.pem", "host": "localhost"}
    if security == "tls":
        # aiosmtpd takes a password only behind its own STARTTLS; the handshake is what is tested here.
        server = await mail_server(security=security)
        options = {"security": security, "ca": "ca.pem", "host": "localhost"}
    await _mail(hub_context, server.port, **options).send(make_message(), _DUTY)
    assert len(server.mails) == 1
    assert server.logins == ([(USER, PASSWORD)] if security == "starttls" else [])


async def test_a_wrong_password_is_not_tried_again(
    mail_server: MakeServer, hub_context: PluginContext, certificate: Certificate
) -> None:
    server = await mail_server(security="starttls", login=True)
    mail = _mail(
        hub_context, server.port, security="starttls", user=USER, password="wrong-7716", ca=str(certificate.file)
    )
    with pytest.raises(DeliveryFailed, match="refused the user or the password: 535") as caught:
        await mail.send(make_message(), _DUTY)
    assert not caught.value.retry
    assert "wrong-7716" not in str(caught.value)
    assert "[plugins.mail]" in caught.value.hint
    assert len(server.logins) == 1
    assert server.mails == []


async def test_a_password_that_cannot_be_read_is_named_by_its_place(
    server: MailServer, hub_context: PluginContext, certificate: Certificate
) -> None:
    mail = _mail(hub_context, server.port, security="starttls", user=USER, password="env:NOT_SET_ANYWHERE")
    with pytest.raises(DeliveryFailed, match="NOT_SET_ANYWHERE is not set") as caught:
        await mail.send(make_message(), _DUTY)
    assert not caught.value.retry


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_of_nobody_we_know_is_not_trusted(
    mail_server: MakeServer, hub_context: PluginContext, security: str
) -> None:
    server = await mail_server(security=security)
    with pytest.raises(DeliveryFailed, match="is not trusted: self-signed certificate") as caught:
        await _mail(hub_context, server.port, security=security).send(make_message(), _DUTY)
    assert not caught.value.retry
    assert "`ca`" in caught.value.hint
    assert server.mails == []


async def test_a_server_that_cannot_encrypt_gets_nothing(server: MailServer, hub_context: PluginContext) -> None:
    with pytest.raises(DeliveryFailed, match="does not offer what is needed: STARTTLS") as caught:
        await _mail(hub_context, server.port, security="starttls").send(make_message(), _DUTY)
    assert not caught.value.retry
    assert server.mails == []


async def test_a_certificate_file_that_is_not_there_is_named(server: MailServer, hub_context: PluginContext) -> None:
    with pytest.raises(DeliveryFailed, match=r"no-such.pem cannot be read: No such file") as caught:
        await _mail(hub_context, server.port, security="tls", ca="no-such.pem").send(make_message(), _DUTY)
    assert not caught.value.retry


@pytest.mark.parametrize(
    ("reply", "retry"), [("451 try later", True), ("552 too large", False), ("554 5.7.1 spam token=abc123", False)]
)
async def test_the_answer_decides_about_another_try(
    server: MailServer, hub_context: PluginContext, reply: str, retry: bool
) -> None:
    server.replies["DATA"] = reply
    with pytest.raises(DeliveryFailed, match=f"answered {reply[:3]}") as caught:
        await _mail(hub_context, server.port).send(make_message(), _DUTY)
    assert caught.value.retry is retry
    assert "abc123" not in str(caught.value)


@pytest.mark.parametrize(("reply", "retry"), [("450 greylisted", True), ("550 no such user", False)])
async def test_when_every_address_is_refused_it_says_which(
    server: MailServer, hub_context: PluginContext, reply: str, retry: bool
) -> None:
    server.replies["duty@example.com"] = reply
    with pytest.raises(DeliveryFailed, match=rf"refused every address: duty@example\.com \({reply}\)") as caught:
        await _mail(hub_context, server.port).send(make_message(), _DUTY)
    assert caught.value.retry is retry


async def test_an_address_refused_for_good_does_not_stop_the_others(
    server: MailServer, hub_context: PluginContext
) -> None:
    server.replies["leader@example.com"] = "550 no such user"
    answer = await _mail(hub_context, server.port).send(make_message(), _BOTH)
    assert answer == "1 of 2 accepted: taken; refused for good: leader@example.com (550 no such user)"
    assert server.recipients == [["duty@example.com"]]


async def test_an_address_put_off_is_tried_again_alone(server: MailServer, hub_context: PluginContext) -> None:
    server.replies["leader@example.com"] = "450 greylisted"
    mail = _mail(hub_context, server.port)
    with pytest.raises(DeliveryFailed, match=r"puts off leader@example\.com \(450 greylisted\)") as caught:
        await mail.send(make_message(), _BOTH)
    assert caught.value.retry
    del server.replies["leader@example.com"]
    await mail.send(make_message(), _BOTH)
    assert server.recipients == [["duty@example.com"], ["leader@example.com"]]
    await mail.send(make_message(), _BOTH)
    assert server.recipients[-1] == ["duty@example.com", "leader@example.com"]


async def test_a_server_that_says_nothing_is_left_in_time(hub_context: PluginContext, silent_port: int) -> None:
    started = time.monotonic()
    with pytest.raises(DeliveryFailed, match="did not answer in time") as caught:
        await _mail(hub_context, silent_port, patience_s=0.5).send(make_message(), _DUTY)
    assert caught.value.retry
    assert time.monotonic() - started < 5


async def _scripted(*answers: bytes) -> tuple[asyncio.Server, list[bytes]]:
    """A server that greets, then answers each line with the next of `answers`, and after the last says nothing."""
    lines: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        for answer in answers:
            lines.append(await reader.readuntil(b"\r\n.\r\n" if lines and lines[-1] == b"DATA\r\n" else b"\r\n"))
            writer.write(answer)
        await reader.read()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0), lines


_ANSWERS = (b"250 mail.test\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n", b"250 taken\r\n")


async def test_a_mail_that_was_taken_counts_although_the_server_says_no_goodbye(hub_context: PluginContext) -> None:
    listener, lines = await _scripted(*_ANSWERS)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        assert await _mail(hub_context, port, patience_s=1.0).send(make_message(), _DUTY) == "1 of 1 accepted: taken"
    assert lines[1].startswith(b"MAIL FROM:<watchroom@example.com>")


@pytest.mark.parametrize("stop", range(1, len(_ANSWERS)))
async def test_a_server_that_falls_silent_midway_is_left_in_time(hub_context: PluginContext, stop: int) -> None:
    listener, _ = await _scripted(*_ANSWERS[:stop])
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        started = time.monotonic()
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            await _mail(hub_context, port, patience_s=0.3).send(make_message(), _DUTY)
        assert time.monotonic() - started < 10


async def test_a_server_that_drips_is_left_in_time(hub_context: PluginContext) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"220-wait\r\n")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            writer.close()

    listener = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            await _mail(hub_context, port, patience_s=0.5).send(make_message(), _DUTY)


async def test_a_server_that_hangs_up_is_tried_again(hub_context: PluginContext) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        await reader.readline()
        writer.close()

    listener = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(DeliveryFailed) as caught:
            await _mail(hub_context, port).send(make_message(), _DUTY)
    assert caught.value.retry


@pytest.mark.parametrize("answer", [b"\x00\xff\xfe garbage\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"9" * 70_000])
async def test_a_server_that_speaks_something_else_breaks_nothing(hub_context: PluginContext, answer: bytes) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        with pytest.raises(DeliveryFailed) as caught:
            await _mail(hub_context, port, patience_s=2.0).send(make_message(), _DUTY)
    assert len(str(caught.value)) < 500


async def test_a_name_that_nobody_knows_is_tried_again(hub_context: PluginContext) -> None:
    with pytest.raises(DeliveryFailed, match=r"The mail server mail\.invalid:25 cannot be reached") as caught:
        await _mail(hub_context, 25, host="mail.invalid").send(make_message(), _DUTY)
    assert caught.value.retry
