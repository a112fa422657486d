"""Fault tickets as tables."""

from datetime import UTC, timedelta

import pytest

from hub.cli.room.ticket_tables import print_tickets
from hub.client import TicketView
from hub.core.text import Text
from hub.core.tickets.model import Ticket
from hub.testing.clock import START
from hub.tui.names import Names


def test_a_repair_that_is_past_its_estimate_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    def view(number: str, hours: int) -> TicketView:
        ticket = Ticket(
            id=number,
            title=Text(en="Lost"),
            camera=None,
            alarm=None,
            rule=None,
            clause="",
            subject="asset:SW-3",
            opened_by="person:li",
            opened_at=START,
            repairer="Wu",
            estimate_at=START + timedelta(hours=hours),
        )
        return TicketView(ticket=ticket, state=ticket.state, camera_name=None)

    names = Names(UTC)
    print_tickets([view("T-1", 1), view("T-2", 5)], names, "UTC", now=START + timedelta(hours=2), empty="")
    late, in_time = capsys.readouterr().out.splitlines()[-2:]
    assert late.startswith("T-1")
    assert "(overdue)" in late
    assert "(overdue)" not in in_time
