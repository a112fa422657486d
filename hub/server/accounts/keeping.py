"""Carries out what is asked about accounts: the core decides, the journal has it, and the account book follows.

Whatever is secret in a command ends here: it is checked and hashed before the core is asked, which is given the command
without it (`hub.core.people.commands.without_secrets`). Where a crash comes between the record and the book, the book
catches up at the next start (`SignInDesk.open`).
"""

from hub.core.decisions import decide
from hub.core.event import Record
from hub.core.people import totp
from hub.core.people.account import Account
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
    KeptByServer,
    ResetPassword,
    UnlockScreen,
    without_secrets,
)
from hub.core.people.passwords import USED
from hub.errors import HubError, JournalBlocked, NotAllowed, NotFound, Refused
from hub.server.accounts.passwords import check_password, hash_password, verify_password
from hub.server.accounts.sign_in import SignInDesk, created, creation_key


async def carry_out(desk: SignInDesk, command: KeptByServer, me: Account, token: str) -> list[Record]:
    """Carry out a command whose rights were checked, for the person behind `token`. Raises `Refused` and
    `JournalBlocked`."""
    match command:
        case CreateAccount():
            return await create_account(desk, command, me.actor)
        case ResetPassword():
            return await _reset_password(desk, command, me)
        case ChangePassword():
            return await _change_password(desk, command, me, token)
        case UnlockScreen():
            await _check_own(desk, me, command.password)
            return []
        case EnrolTotp():
            return await _enrol(desk, command, me)
        case DropTotp():
            if command.account == me.id:
                await _check_own(desk, me, command.password)
        case EndSession():
            await _check_session(desk, command)
        case ChangeAccount() | DisableAccount() | EnableAccount() | DismissPerson():
            pass
    records = await desk.recorder.submit(without_secrets(command), me.actor)
    await _follow(desk, command)
    return records


async def create_account(desk: SignInDesk, command: CreateAccount, actor: str) -> list[Record]:
    """Make an account whose first password is to be changed."""
    now = desk.recorder.clock.now()
    check_password(command.password, command.account)
    decide(desk.recorder.state(), without_secrets(command), actor, now)
    account = Account(
        id=command.account,
        name=command.name,
        role=command.role,
        domains=sorted(set(command.domains)),
        departments=sorted(set(command.departments)),
        granted=sorted(set(command.granted)),
        withdrawn=sorted(set(command.withdrawn)),
    )
    hashed = await desk.hash(hash_password, desk.hasher, command.password)
    await desk.on_book(desk.book.add, account, hashed, now, must_change=True)
    entry = await desk.on_book(desk.book.find, account.id)
    assert entry is not None
    try:
        records = await desk.recorder.record(created(account), actor, creation_key(entry))
    except JournalBlocked:
        # The record may still wait in the journal's line, so the account stays; at the latest its first sign-in
        # asks for the record again, under the same key.
        raise
    except HubError:
        await desk.on_book(desk.book.remove, account.id)
        raise
    await desk.on_book(desk.book.mark_recorded, account.id)
    return records


async def _follow(desk: SignInDesk, command: KeptByServer) -> None:
    """What was decided is on record: the book does the same."""
    book = desk.book
    match command:
        case ChangeAccount():
            person = desk.recorder.state().staff.people[command.account]
            await desk.on_book(book.put, person.account)
        case DisableAccount():
            await desk.on_book(book.disable, command.account)
        case EnableAccount():
            await desk.on_book(book.enable, command.account)
        case DismissPerson():
            await desk.on_book(book.disable, command.account)
            await desk.on_book(book.set_totp, command.account, "", -1, [])
        case EndSession():
            await desk.on_book(book.end_sessions, command.account, command.session)
        case DropTotp():
            await desk.on_book(book.set_totp, command.account, "", -1, [])
        case _:
            pass


async def _reset_password(desk: SignInDesk, command: ResetPassword, me: Account) -> list[Record]:
    check_password(command.password, command.account)
    hashed = await desk.hash(hash_password, desk.hasher, command.password)
    records = await desk.recorder.submit(without_secrets(command), me.actor)
    await _set_password(desk, command.account, hashed, must_change=True)
    await desk.on_book(desk.book.end_sessions, command.account)
    return records


async def _change_password(desk: SignInDesk, command: ChangePassword, me: Account, token: str) -> list[Record]:
    await _check_own(desk, me, command.password)
    check_password(command.new_password, me.id)
    # The present one is never new, whatever the policy.
    former = await desk.on_book(desk.book.former_passwords, me.id, max(1, desk.recorder.policy.password_history))
    for each in former:
        if await desk.hash(verify_password, desk.hasher, each, command.new_password):
            raise Refused(USED.en, hint="Take one that is new.")
    hashed = await desk.hash(hash_password, desk.hasher, command.new_password)
    records = await desk.recorder.submit(without_secrets(command), me.actor)
    await _set_password(desk, me.id, hashed, must_change=False)
    await desk.on_book(desk.book.end_sessions, me.id, but=token)
    return records


async def _set_password(desk: SignInDesk, account: str, hashed: str, *, must_change: bool) -> None:
    await desk.on_book(
        desk.book.set_password,
        account,
        hashed,
        desk.recorder.clock.now(),
        must_change=must_change,
        keep=desk.recorder.policy.password_history,
    )


async def _enrol(desk: SignInDesk, command: EnrolTotp, me: Account) -> list[Record]:
    secret = totp.parse_secret(command.secret)
    step = totp.matching_step(secret, command.code, desk.recorder.clock.now()) if secret is not None else None
    if step is None:
        raise Refused(
            "The code does not belong to this secret.",
            hint="Type the six digits that your telephone shows now; see that its clock is right.",
        )
    records = await desk.recorder.submit(without_secrets(command), me.actor)
    await desk.on_book(desk.book.set_totp, me.id, command.secret, step, command.recovery)
    return records


async def _check_own(desk: SignInDesk, me: Account, password: str) -> None:
    if not await desk.verify(me.id, password):
        raise NotAllowed(
            "The present password is wrong, or the account is locked for a while after failed attempts.",
            hint="After five failed attempts an account is locked for a minute, then longer each time.",
        )


async def _check_session(desk: SignInDesk, command: EndSession) -> None:
    live = await desk.on_book(desk.book.sessions, desk.recorder.clock.now(), command.account)
    if command.session is not None and command.session not in {session.id for session in live}:
        raise NotFound(f"{command.account} has no sign-in {command.session}.", hint="It may have ended.")
