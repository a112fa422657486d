"""A report that a rule sends: made by a real hub, taken by a real mail server, and read again on the command line."""

import io
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from openpyxl import load_workbook

from hub.core.delivery import EffectDone
from hub.core.reports.events import ReportMade
from tests.e2e.hubs import Site

RULES = """
[[rule]]
id = "often"
title = { en = "Report of yesterday", zh = "昨日日报" }
every = "20s"
do = [{ report = "daily", notify = "office", text = { en = "Good morning.", zh = "早上好。" } }]
"""
OFFICE = """
[plugins.mail]
host = "127.0.0.1"
port = {port}
security = "none"
from = "watchroom@example.com"

[[routes]]
id = "office"
name = {{ en = "Office", zh = "办公室" }}
send = [{{ via = "mail", to = ["office@example.com"] }}, {{ via = "example", file = "office.log" }}]
"""


class Taken:
    """Keeps the mails that come."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        mail = message_from_bytes(envelope.content, policy=default)  # type: ignore[attr-defined]
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
def office(closed_port: int) -> Iterator[tuple[int, Taken]]:
    taken = Taken()
    server = Controller(taken, hostname="127.0.0.1", port=closed_port)
    server.start()
    yield closed_port, taken
    server.stop()


@pytest.mark.slow
def test_a_rule_sends_a_report_with_its_files_and_puts_it_on_record(site: Site, office: tuple[int, Taken]) -> None:
    port, taken = office
    site.append('\n[api]\naddress = "https://hub.example"\n')
    site.append(OFFICE.format(port=port))
    site.add_rules(RULES)
    site.hub("rules", "check")
    site.start()
    made = site.recorded(ReportMade, 60)
    site.recorded(EffectDone, 60, target="office (mail)")
    site.until(lambda: taken.mails, 10, "the mail has come")
    mail = taken.mails[0]
    assert "Daily report" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Good morning." in text
    assert f"https://hub.example/reports/daily?day={made.event.first}" in text
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert files.keys() == made.event.files.keys()
    page = next(content for name, content in files.items() if name.endswith(".html"))
    assert "What could not be judged" in (page if isinstance(page, str) else page.decode())
    assert next(content for name, content in files.items() if name.endswith(".pdf")).startswith(b"%PDF-")
    book = next(content for name, content in files.items() if name.endswith(".xlsx"))
    assert load_workbook(io.BytesIO(book)).sheetnames[0] == "Figures"
    assert made.event.first == made.event.last
    seen = site.recorded(EffectDone, 30, target="office (example)")
    assert seen.event.attempts >= 1
    shown = site.hub("report", "daily", "--day", f"{made.event.first}")
    assert "Online, by time" in shown.stdout
    assert len(site.records(ReportMade)) == 1, "however often it is sent"
