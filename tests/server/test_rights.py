"""Who may give which command, over the real API; the table here is written from the field, not from the code."""

from datetime import timedelta
from typing import get_args

import pytest

from hub.core.alarms.commands import AcknowledgeAlarm, ShelveAlarm, UnshelveAlarm
from hub.core.cameras.commands import ApproveReference, RejectReference, RelearnCamera, RetryCamera
from hub.core.command import Command
from hub.core.commands import PersonCommand, StopHub
from hub.core.people.account import DOMAINS, Account
from hub.core.people.commands import CreateAccount
from hub.core.rounds.commands import CompleteRound
from hub.core.rules.commands import ChangeVariable, PauseRule, ResumeRule
from hub.core.tickets.commands import AssignTicket, CloseTicket
from hub.errors import NotAllowed, Refused
from hub.testing.clock import START
from tests.server.conftest import Plant, everybody

MATRIX = {
    #                  watch_officer repairer leader administrator reader
    AcknowledgeAlarm: ("yes", "no", "yes", "yes", "no"),
    ShelveAlarm: ("yes", "no", "yes", "yes", "no"),
    UnshelveAlarm: ("yes", "no", "yes", "yes", "no"),
    AssignTicket: ("yes", "yes", "yes", "yes", "no"),
    CloseTicket: ("no", "yes", "yes", "yes", "no"),
    CompleteRound: ("yes", "yes", "yes", "yes", "no"),
    RetryCamera: ("no", "yes", "yes", "yes", "no"),
    RelearnCamera: ("no", "no", "yes", "yes", "no"),
    ApproveReference: ("no", "no", "yes", "yes", "no"),
    RejectReference: ("no", "no", "yes", "yes", "no"),
    CreateAccount: ("no", "no", "no", "yes", "no"),
    PauseRule: ("no", "no", "yes", "yes", "no"),
    ResumeRule: ("no", "no", "yes", "yes", "no"),
    ChangeVariable: ("no", "no", "yes", "yes", "no"),
    StopHub: ("no", "no", "yes", "yes", "no"),
}
ROLES = ("watch_officer", "repairer", "leader", "administrator", "reader")


def commands(account: Account) -> list[tuple[Command, str | None]]:
    """Every command, about each domain's things where it is about any."""
    about = [("1", "press-1", "production"), ("2", "gate-1", "security")]
    until_at = START + timedelta(hours=1)
    found: list[tuple[Command, str | None]] = []
    for number, camera, domain in about:
        found += [
            (ShelveAlarm(alarm=f"A-{number}", reason="r", until_at=until_at), domain),
            (UnshelveAlarm(alarm=f"A-{number}"), domain),
            (AcknowledgeAlarm(alarm=f"A-{number}"), domain),
            (AssignTicket(ticket=f"T-{number}", repairer="Li"), domain),
            (CloseTicket(ticket=f"T-{number}", cause="c"), domain),
            (RetryCamera(camera=camera), domain),
            (ApproveReference(camera=camera, reference="day-1"), domain),
            (RejectReference(camera=camera, reference="day-1", reason="r"), domain),
            (RelearnCamera(camera=camera, reason="r"), domain),
        ]
    create = CreateAccount(
        account=f"by.{account.id}"[:32], name="N", role="leader", domains=account.domains, password="a new password"
    )
    rules = [
        PauseRule(rule="lost", reason="r"),
        ResumeRule(rule="lost"),
        ChangeVariable(variable="line_stopped", value=True),
    ]
    others = [CompleteRound(round="R-1"), *rules, create, StopHub(reason="r")]
    return [*found, *((command, None) for command in others)]


def test_the_table_here_knows_every_command() -> None:
    assert MATRIX.keys() == set(get_args(PersonCommand))


async def test_every_role_may_do_what_the_table_says_in_its_own_domains_only(plant: Plant) -> None:
    for account in everybody():
        client = await plant.signed_in(account.id)
        for command, domain in commands(account):
            allowed = MATRIX[type(command)][ROLES.index(account.role)] == "yes"
            allowed = allowed and (domain is None or domain in account.domains)
            seen, given = len(plant.backend.records), len(plant.backend.submitted)
            refusal: Refused | None = None
            try:
                await client.send(command)
            except Refused as error:
                refusal = error
            case = f"{account.id}: {command}"
            assert isinstance(refusal, NotAllowed) is not allowed, case
            if not allowed:
                assert len(plant.backend.records) == seen, case
            elif not isinstance(command, CreateAccount):
                assert len(plant.backend.submitted) == given + 1, case


async def test_the_records_of_a_command_name_the_person_who_gave_it(plant: Plant) -> None:
    client = await plant.signed_in("watch_officer.p")
    (event,) = await client.send(AcknowledgeAlarm(alarm="A-1", note="seen"))
    assert event.actor == "person:watch_officer.p"
    assert event.event == {"alarm": "A-1", "note": "seen"}
    assert plant.backend.records[-1].seq == event.seq


async def test_the_local_reader_may_give_no_command_at_all(plant: Plant) -> None:
    token = plant.address.local_token
    assert token is not None
    local = plant.client(token.read_text())
    reader = Account(id="local", name="local", role="reader", domains=list(DOMAINS))
    before = len(plant.backend.records)
    for command, _ in commands(reader):
        with pytest.raises(NotAllowed):
            await local.send(command)
    assert len(plant.backend.records) == before
