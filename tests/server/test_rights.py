"""Who may do what, over the real API. The tables here are written from the field, not from the code.

A command that is new gets ONE line in `ROWS`: the roles that may give it, and how one is made. A command about the
things of a camera is made from `at`, whose alarm, ticket and camera belong to one domain and department; it is given
for each of them. What concerns no camera is given once: `alone`.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple, get_args

import msgspec
import pytest

from hub.core.alarms.commands import (
    AcknowledgeAlarm,
    ConfirmResponse,
    JudgeAlarm,
    PrioritiseAlarm,
    ReturnToService,
    ShelveAlarm,
    TakeOutOfService,
    UnshelveAlarm,
)
from hub.core.assets.commands import (
    AddAssetFile,
    AnswerCheck,
    BeginCommissioning,
    ChangeAsset,
    CloseReplacement,
    FitReplacement,
    HandOverAsset,
    ImportAssets,
    ImportRow,
    OrderReplacement,
    ProposeReplacement,
    RefuseReplacement,
    RegisterAsset,
    RemoveAssetFile,
    RestoreAsset,
    RetireAsset,
    SignReplacement,
    TakeOverAsset,
)
from hub.core.attention.commands import AnswerAttention, CheckPost
from hub.core.baselines.commands import ApproveSettings, RestoreSettings
from hub.core.cameras.commands import ApproveReference, RejectReference, RelearnCamera, RetryCamera
from hub.core.command import RIGHTS, Command, Right
from hub.core.commands import PersonCommand, StopHub
from hub.core.decisions import cameras_of
from hub.core.devices.commands import RebootDevice, RetryDevice, SetDeviceClock
from hub.core.duty.commands import AgreeSwap, ApproveSwap, AskCover, AskSwap, DeclineSwap, RefuseSwap, WithdrawSwap
from hub.core.dutylog.commands import CorrectEntry, ReceiveVisitor, SeeOffVisitor, WriteEntry
from hub.core.homes.commands import ApproveHome, ReturnHome
from hub.core.patrol.commands import BeginPatrol, ConfirmChannels
from hub.core.patrol.events import Look
from hub.core.people.account import DOMAINS, PERSON_ROLES, Account
from hub.core.people.commands import (
    ChangeAccount,
    ChangePassword,
    CreateAccount,
    DisableAccount,
    DismissPerson,
    DropTotp,
    EnableAccount,
    EndSession,
    EnrolTotp,
    RecordConfidentiality,
    RecordTraining,
    ResetPassword,
    UnlockScreen,
)
from hub.core.people.rights import check
from hub.core.permits.commands import (
    ApplyPermit,
    ApprovePermit,
    EndPermit,
    ExtendPermit,
    RefusePermit,
    RevokePermit,
    WithdrawPermit,
)
from hub.core.posts.commands import (
    AbandonHandover,
    BeginHandover,
    CoverPost,
    EndPresence,
    OverrideHandover,
    SignHandover,
    SignOff,
    SignOn,
    TakeOver,
)
from hub.core.releases.commands import (
    AmendRelease,
    ApproveRelease,
    CheckRelease,
    CloseRelease,
    HandOverRelease,
    PrepareRelease,
    RefuseRelease,
    ReleaseForm,
    RequestRelease,
    ReturnRelease,
    WithdrawRelease,
)
from hub.core.reviews.commands import (
    AppealPoint,
    CloseReview,
    CommendPerson,
    DecideAppeal,
    MakeReview,
    WithdrawReview,
)
from hub.core.rounds.answers import Answer
from hub.core.rounds.commands import (
    AnswerRound,
    CancelRound,
    CompleteRound,
    CountersignRound,
    ReturnRound,
    SignRound,
    StartRound,
)
from hub.core.rules.commands import ChangeVariable, PauseRule, ResumeRule
from hub.core.tickets.commands import (
    AcknowledgeTicket,
    ArriveAtFault,
    AssignTicket,
    CancelTicket,
    CloseTicket,
    ContinueRepair,
    ReopenTicket,
    ReportFault,
    ReportRepair,
    SignTicket,
    WaitWithRepair,
)
from hub.errors import NotAllowed, Refused
from hub.testing.clock import START
from tests.server.conftest import Plant, departmental, everybody

SOON = START + timedelta(hours=1)
DAY = date(2026, 11, 23)
NEW = "Kalt3r-Winter"
ALL = "watch_officer repairer leader administrator specialist planner"
WATCH = "watch_officer leader administrator"
REPORT = "watch_officer repairer leader administrator"
REPAIR = "repairer leader administrator"
ROUND = "watch_officer repairer leader administrator"
DUTY = "watch_officer repairer leader administrator specialist"
APPLY = ALL
ASSETS = "repairer leader administrator planner"
LEAD = "leader administrator"
EXPORT = "specialist"
ADMIN = "administrator"

ROLE_RIGHTS: dict[str, str] = {
    "live": ALL,
    "playback": "watch_officer repairer leader administrator specialist",
    "export": "specialist",
    "ptz": REPORT,
    "reference": LEAD,
    "delete": "",
    "approve": LEAD,
    "administer": ADMIN,
    "watch": WATCH,
    "report": REPORT,
    "repair": REPAIR,
    "round": ROUND,
    "duty": DUTY,
    "apply": APPLY,
    "assets": ASSETS,
    "replace": f"planner {LEAD}",
    "rules": LEAD,
    "stop": LEAD,
    "lead": LEAD,
}
"""Who has which right by role; nobody deletes recordings, and a reader has none."""


class At(NamedTuple):
    """The things of one camera, and who asks."""

    number: str
    camera: str
    domain: str
    department: str
    me: Account

    @property
    def alarm(self) -> str:
        return f"A-{self.number}"

    @property
    def ticket(self) -> str:
        return f"T-{self.number}"


class Row(NamedTuple):
    roles: str
    make: Callable[[At], Command]
    alone: bool = False


ROWS: tuple[Row, ...] = (
    Row(WATCH, lambda at: ShelveAlarm(alarm=at.alarm, reason="r", until_at=SOON)),
    Row(WATCH, lambda at: UnshelveAlarm(alarm=at.alarm)),
    Row(WATCH, lambda at: AcknowledgeAlarm(alarm=at.alarm)),
    Row(WATCH, lambda at: ConfirmResponse(alarm=at.alarm)),
    Row(WATCH, lambda at: JudgeAlarm(alarm=at.alarm, verdict="false")),
    Row(LEAD, lambda at: PrioritiseAlarm(alarm=at.alarm, priority="low", reason="r")),
    Row(LEAD, lambda at: TakeOutOfService(alarm=at.alarm, reason="r", until_at=SOON)),
    Row(LEAD, lambda at: ReturnToService(alarm=at.alarm)),
    Row(REPORT, lambda at: AssignTicket(ticket=at.ticket, repairer="Li")),
    Row(REPAIR, lambda at: CloseTicket(ticket=at.ticket, cause="c")),
    Row(REPAIR, lambda at: RetryCamera(camera=at.camera)),
    Row(LEAD, lambda at: ApproveReference(camera=at.camera, reference="day-1")),
    Row(LEAD, lambda at: RejectReference(camera=at.camera, reference="day-1", reason="r")),
    Row(LEAD, lambda at: RelearnCamera(camera=at.camera, reason="r")),
    Row(LEAD, lambda at: ApproveHome(camera=at.camera, reason="r")),
    Row(REPORT, lambda at: ReturnHome(camera=at.camera)),
    Row(ASSETS, lambda at: RegisterAsset(asset=at.camera, kind="camera")),
    Row(ASSETS, lambda at: ChangeAsset(asset=at.camera, values={"model": "m"})),
    Row(ASSETS, lambda at: AddAssetFile(asset=at.camera, attachment="0" * 64, sort="photo")),
    Row(ASSETS, lambda at: RemoveAssetFile(asset=at.camera, attachment="0" * 64, reason="r")),
    Row(ASSETS, lambda at: RetireAsset(asset=at.camera, reason="r")),
    Row(ASSETS, lambda at: RestoreAsset(asset=at.camera, reason="r")),
    Row(ASSETS, lambda at: ImportAssets(rows=[ImportRow(at.camera, "camera", {"model": "m"})])),
    Row(ASSETS, lambda at: BeginCommissioning(asset=at.camera)),
    Row(ASSETS, lambda at: AnswerCheck(asset=at.camera, check="label", ok=True)),
    Row(ASSETS, lambda at: HandOverAsset(asset=at.camera)),
    Row(LEAD, lambda at: TakeOverAsset(asset=at.camera)),
    Row(ASSETS, lambda at: ProposeReplacement(asset=at.camera, reason="r")),
    Row(ASSETS, lambda at: FitReplacement(proposal="X-999999", by_asset=at.camera)),
    Row(f"planner {LEAD}", lambda at: SignReplacement(proposal="X-999999", party="technical"), alone=True),
    Row(f"planner {LEAD}", lambda at: RefuseReplacement(proposal="X-999999", reason="r"), alone=True),
    Row(ASSETS, lambda at: OrderReplacement(proposal="X-999999"), alone=True),
    Row(ASSETS, lambda at: CloseReplacement(proposal="X-999999"), alone=True),
    Row(DUTY, lambda at: WriteEntry(kind="note", text="t", cameras=[at.camera])),
    Row(DUTY, lambda at: ReceiveVisitor(visitor="v", unit="u", purpose="p"), alone=True),
    Row(DUTY, lambda at: SeeOffVisitor(entry="L-999999"), alone=True),
    Row(DUTY, lambda at: CorrectEntry(entry="L-999999", text="t", reason="r"), alone=True),
    Row(DUTY, lambda at: SignOn(post="desk"), alone=True),
    Row(DUTY, lambda at: SignOff(post="desk"), alone=True),
    Row(LEAD, lambda at: CoverPost(post="desk", account="nobody", reason="r"), alone=True),
    Row(LEAD, lambda at: EndPresence(account="nobody", reason="r"), alone=True),
    Row(DUTY, lambda at: BeginHandover(post="desk"), alone=True),
    Row(DUTY, lambda at: SignHandover(handover="H-1", digest="0" * 64), alone=True),
    Row(DUTY, lambda at: TakeOver(handover="H-1", digest="0" * 64), alone=True),
    Row(LEAD, lambda at: OverrideHandover(handover="H-1", reason="r"), alone=True),
    Row(DUTY, lambda at: AbandonHandover(handover="H-1", reason="r"), alone=True),
    Row(APPLY, lambda at: AskSwap(other="li", on=DAY, other_on=DAY, reason="r"), alone=True),
    Row(APPLY, lambda at: AskCover(other="li", on=DAY, reason="r"), alone=True),
    Row(APPLY, lambda at: AgreeSwap(swap="S-1"), alone=True),
    Row(APPLY, lambda at: DeclineSwap(swap="S-1", reason="r"), alone=True),
    Row(APPLY, lambda at: WithdrawSwap(swap="S-1"), alone=True),
    Row(LEAD, lambda at: ApproveSwap(swap="S-1"), alone=True),
    Row(LEAD, lambda at: RefuseSwap(swap="S-1", reason="r"), alone=True),
    Row(APPLY, lambda at: ApplyPermit(cameras=[at.camera], kinds=["obstruction"], to_at=SOON, reason="r")),
    Row(APPLY, lambda at: ExtendPermit(permit="P-999999", to_at=SOON, reason="r"), alone=True),
    Row(APPLY, lambda at: WithdrawPermit(permit="P-999999"), alone=True),
    Row(APPLY, lambda at: EndPermit(permit="P-999999"), alone=True),
    Row(LEAD, lambda at: ApprovePermit(permit="P-999999"), alone=True),
    Row(LEAD, lambda at: RefusePermit(permit="P-999999", reason="r"), alone=True),
    Row(LEAD, lambda at: RevokePermit(permit="P-999999", reason="r"), alone=True),
    Row(APPLY, lambda at: RequestRelease(form=wanted(at.camera))),
    Row(APPLY, lambda at: AmendRelease(release="F-999999", form=wanted(at.camera))),
    Row(APPLY, lambda at: WithdrawRelease(release="F-999999"), alone=True),
    Row(EXPORT, lambda at: CheckRelease(release="F-999999"), alone=True),
    Row(EXPORT, lambda at: ReturnRelease(release="F-999999", missing="m"), alone=True),
    Row(EXPORT, lambda at: PrepareRelease(release="F-999999"), alone=True),
    Row(EXPORT, lambda at: HandOverRelease(release="F-999999", receiver="r", receipt="0" * 64), alone=True),
    Row(LEAD, lambda at: ApproveRelease(release="F-999999"), alone=True),
    Row(LEAD, lambda at: RefuseRelease(release="F-999999", reason="r"), alone=True),
    Row(LEAD, lambda at: CloseRelease(release="F-999999"), alone=True),
    Row(LEAD, lambda at: MakeReview(month="2025-11"), alone=True),
    Row(LEAD, lambda at: WithdrawReview(review="V-999999", reason="r"), alone=True),
    Row(ALL, lambda at: AppealPoint(review="V-999999", number=1, reason="r"), alone=True),
    Row(
        LEAD,
        lambda at: DecideAppeal(review="V-999999", person="li", number=1, decision="upheld", reason="r"),
        alone=True,
    ),
    Row(LEAD, lambda at: CloseReview(review="V-999999"), alone=True),
    Row(LEAD, lambda at: CommendPerson(account="nobody", points=1, reason="r"), alone=True),
    Row(WATCH, lambda at: AnswerAttention(check="C-999999"), alone=True),
    Row(LEAD, lambda at: CheckPost(post="desk"), alone=True),
    Row(WATCH, lambda at: BeginPatrol(post="desk"), alone=True),
    Row(WATCH, lambda at: ConfirmChannels(patrol="W-999999", looks=[Look("gate-1", 3.0)]), alone=True),
    Row(REPORT, lambda at: ReportFault(subject=f"camera:{at.camera}", camera=at.camera, title="t")),
    Row(REPAIR, lambda at: AcknowledgeTicket(ticket=at.ticket)),
    Row(REPAIR, lambda at: ArriveAtFault(ticket=at.ticket)),
    Row(REPAIR, lambda at: WaitWithRepair(ticket=at.ticket, reason="r")),
    Row(REPAIR, lambda at: ContinueRepair(ticket=at.ticket)),
    Row(LEAD, lambda at: SignTicket(ticket=at.ticket, reason="r")),
    Row(REPAIR, lambda at: ReportRepair(ticket=at.ticket, cause="c")),
    Row(LEAD, lambda at: CancelTicket(ticket=at.ticket, reason="r")),
    Row(REPORT, lambda at: ReopenTicket(ticket=at.ticket, reason="r")),
    Row(ROUND, lambda at: StartRound(round="R-1"), alone=True),
    Row(ROUND, lambda at: AnswerRound(round="R-1", answers=[Answer(asset="a", item="i")]), alone=True),
    Row(ROUND, lambda at: SignRound(round="R-1"), alone=True),
    Row(LEAD, lambda at: CountersignRound(round="R-99"), alone=True),
    Row(LEAD, lambda at: ReturnRound(round="R-99", reason="r"), alone=True),
    Row(LEAD, lambda at: CancelRound(round="R-99", reason="r"), alone=True),
    Row(ROUND, lambda at: CompleteRound(round="R-1"), alone=True),
    Row(LEAD, lambda at: PauseRule(rule="lost", reason="r"), alone=True),
    Row(LEAD, lambda at: ResumeRule(rule="lost"), alone=True),
    Row(LEAD, lambda at: ChangeVariable(variable="line_stopped", value=True), alone=True),
    Row(LEAD, lambda at: StopHub(reason="r"), alone=True),
    Row(ADMIN, lambda at: newcomer(at.me), alone=True),
    Row(ADMIN, lambda at: ChangeAccount(account="nobody", name="N"), alone=True),
    Row(ADMIN, lambda at: ResetPassword(account="nobody", password=NEW), alone=True),
    Row(ADMIN, lambda at: DisableAccount(account="nobody", reason="r"), alone=True),
    Row(ADMIN, lambda at: EnableAccount(account="nobody"), alone=True),
    Row(ADMIN, lambda at: DismissPerson(account="nobody"), alone=True),
    Row(ADMIN, lambda at: EndSession(account="nobody"), alone=True),
    Row(ADMIN, lambda at: DropTotp(account="nobody"), alone=True),
    Row(LEAD, lambda at: ApproveSettings(device="nvr-99", digest="0" * 64), alone=True),
    Row(ADMIN, lambda at: RestoreSettings(device="nvr-99", found="0" * 64, reason="r"), alone=True),
    Row(ADMIN, lambda at: RetryDevice(device="nvr-99"), alone=True),
    Row(ADMIN, lambda at: SetDeviceClock(device="nvr-99"), alone=True),
    Row(ADMIN, lambda at: RebootDevice(device="nvr-99", reason="r"), alone=True),
    Row(LEAD, lambda at: RecordTraining(account="nobody", course="c", held_on=DAY), alone=True),
    Row(LEAD, lambda at: RecordConfidentiality(account="nobody", signed_on=DAY), alone=True),
    Row(ALL, lambda at: EndSession(account=at.me.id, session="none"), alone=True),
    Row(ALL, lambda at: ChangePassword(password="correct horse 正确", new_password="12345678"), alone=True),
    Row(ALL, lambda at: EnrolTotp(secret="A" * 32, recovery=["abcde-fghij"], code="1"), alone=True),
    Row(ALL, lambda at: UnlockScreen(password="correct horse 正确"), alone=True),
)


def wanted(camera: str) -> ReleaseForm:
    return ReleaseForm(
        kind="internal", agency="u", reason="r", content="c", cameras=[camera], from_at=START, to_at=SOON
    )


def newcomer(maker: Account) -> CreateAccount:
    """An account that reaches as far as its maker's."""
    return CreateAccount(
        account=f"by.{maker.id}"[:32],
        name="N",
        role="leader",
        domains=maker.domains,
        departments=maker.departments,
        password=NEW,
    )


def people() -> Iterator[Account]:
    return itertools.chain(everybody(), departmental())


def things(me: Account) -> list[At]:
    return [At("1", "press-1", "production", "production", me), At("2", "gate-1", "security", "guards", me)]


def cases(me: Account) -> Iterator[tuple[Command, bool]]:
    """Every command about everything, and whether this person may give it."""
    for row in ROWS:
        for at in things(me)[: 1 if row.alone else None]:
            reaches = at.domain in me.domains and (not me.departments or at.department in me.departments)
            yield row.make(at), me.role in row.roles.split() and (row.alone or reaches)


def test_the_table_here_knows_every_command() -> None:
    me = next(people())
    assert {type(command) for command, _ in cases(me)} == set(get_args(PersonCommand))


def test_every_role_has_the_rights_that_the_field_gives_it() -> None:
    assert set(ROLE_RIGHTS) == set(RIGHTS)
    for role in (*PERSON_ROLES, "reader"):
        account = Account(id="x", name="x", role=role, domains=list(DOMAINS))  # type: ignore[arg-type]
        assert account.rights == {right for right, roles in ROLE_RIGHTS.items() if role in roles.split()}, role


@pytest.mark.parametrize("right", RIGHTS)
async def test_a_right_that_is_granted_or_withdrawn_counts_and_a_reader_never_has_one(
    plant: Plant, right: Right
) -> None:
    state = plant.backend.state()
    for me in people():
        for command, _ in cases(me):
            seen = all(me.domains == list(DOMAINS) and not me.departments for _ in cameras_of(state, command))
            if right != type(command).NEEDS or not seen or isinstance(command, CreateAccount):
                continue
            granted = msgspec.structs.replace(me, granted=[right])
            withdrawn = msgspec.structs.replace(granted, withdrawn=[right])
            assert _may(granted, command, plant) is (me.role != "reader"), (me.id, command)
            assert not _may(withdrawn, command, plant), (me.id, command)


def _may(account: Account, command: Command, plant: Plant) -> bool:
    try:
        check(account, command, plant.backend.state())
    except NotAllowed:
        return False
    return True


async def test_every_role_may_do_what_the_table_says_in_its_own_domains_and_departments_only(plant: Plant) -> None:
    for me in people():
        plant.clock.advance(2)  # signing in is allowed again
        client = await plant.signed_in(me.id)
        for command, allowed in cases(me):
            seen = len(plant.backend.records)
            refusal: Refused | None = None
            try:
                await client.send(command)
            except Refused as error:
                refusal = error
            case = f"{me.id}: {command}: {refusal}"
            assert isinstance(refusal, NotAllowed) is not allowed, case
            if not allowed:
                assert len(plant.backend.records) == seen, case
        await client.close()


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
    for command, _ in cases(reader):
        with pytest.raises(NotAllowed):
            await local.send(command)
    assert len(plant.backend.records) == before
