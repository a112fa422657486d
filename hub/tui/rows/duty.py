"""Duty: who is at which post now and next, changes of shifts, the 14 days ahead, and the sheet of a handover."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.client.duty_views import DutyView, HandoverView, OnPost, PostView, ShiftView, SwapView
from hub.core.duty.commands import AgreeSwap, ApproveSwap, DeclineSwap, RefuseSwap, WithdrawSwap
from hub.core.duty.swap_events import ShiftPart
from hub.core.people.rights import may
from hub.locale import N_, _, ngettext, say
from hub.tui import moments, words
from hub.tui.rows.row import Cell, Column, Fact, Row
from hub.tui.situation import Situation

SEPARATOR = "|"
"""Between post and account in the keys of rows; ids do not hold it."""
EARLY = timedelta(minutes=5)
"""Whoever signs off so long before the end is asked for a reason at once; the hub decides by the roster's own grace."""

_TONES = {
    "expected": "",
    "late": "fault",
    "absent": "lost",
    "present": "good",
    "came": "good",
    "left": "muted",
    "excused": "muted",
    "staying": "fault",
}
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_SHOWN = 6


def columns() -> list[Column]:
    return [
        Column("what", _("Post"), 13, flex=1),
        Column("who", _("Who"), 13, flex=3),
        Column("state", _("State"), 14, flex=1),
        Column("from", _("From"), 11),
        Column("to", _("Until"), 11),
        Column("shift", _("Shift"), 10, flex=1, from_width=90),
    ]


def rows(situation: Situation, view: DutyView | None) -> list[Row]:
    """Who is there and should be, who comes next, and the changes of shifts that wait."""
    site = situation.site
    if site is None:
        return []
    found: list[Row] = []
    if site.posts:
        found.append(_heading("now", _("On duty now")))
        for post in site.posts:
            found += _of_post(post, situation)
    if view is not None and view.next:
        found.append(_heading("next", _("Next")))
        found += [_coming(shift, situation) for shift in view.next]
    if site.swaps:
        found.append(_heading("swaps", _("Shift changes")))
        found += [_swap(item, situation) for item in site.swaps]
    return found


def count(situation: Situation) -> int:
    """How much on this panel is not as it should be, or waits for the reader."""
    site = situation.site
    if site is None:
        return 0
    lacking = sum(each.state in ("late", "absent") for post in site.posts for each in post.people)
    return lacking + sum(bool(answers(item, situation)) for item in site.swaps)


def answers(item: SwapView, situation: Situation) -> list[type]:
    """What the person who reads can do about a change of shifts; the hub decides again when it is asked."""
    me = situation.site.me if situation.site is not None else None
    if me is None:
        return []
    swap = item.swap
    if item.state == "asked" and me.id == swap.other:
        return [AgreeSwap, DeclineSwap]
    if item.state == "agreed" and me.id not in (swap.asker, swap.other) and may(me, ApproveSwap):
        return [ApproveSwap, RefuseSwap]
    return []


def may_withdraw(item: SwapView, situation: Situation) -> bool:
    me = situation.site.me if situation.site is not None else None
    return me is not None and me.id == item.swap.asker and may(me, WithdrawSwap)


def chosen_swap(situation: Situation, key: str) -> SwapView | None:
    site = situation.site
    return next((item for item in site.swaps if item.swap.id == key), None) if site is not None else None


def chosen_person(situation: Situation, key: str) -> tuple[PostView, OnPost | None] | None:
    """The post and the person of a row, or the post alone where nobody is there."""
    site = situation.site
    post_id, bar, account = key.partition(SEPARATOR)
    if site is None or not bar:
        return None
    post = next((each for each in site.posts if each.post == post_id), None)
    if post is None:
        return None
    return post, next((each for each in post.people if each.account == account), None)


def facts(situation: Situation, view: DutyView | None, key: str) -> list[Fact]:
    """The chosen row, and below it the reader's own duty."""
    chosen = _chosen_facts(situation, key)
    return [*chosen, *([Fact("", "")] if chosen else []), *my_facts(situation, view)]


def my_facts(situation: Situation, view: DutyView | None) -> list[Fact]:
    """Where the reader is signed on, or can sign on, and the next shifts."""
    if view is None:
        return []
    names = {post.post: say(post.name) for post in view.posts}
    found: list[Fact] = []
    if view.my_post:
        found.append(
            Fact(_("You"), _("signed on at {post}").format(post=names.get(view.my_post, view.my_post)), "good")
        )
    elif view.sign_on_at:
        where = names.get(view.sign_on_at, view.sign_on_at)
        found.append(Fact(_("You"), _("can sign on at {post}").format(post=where), "fault"))
    else:
        found.append(Fact(_("You"), _("not on duty")))
    coming = [f"{_when(shift, situation)} {say(shift.post_name)}" for shift in view.mine[:_SHOWN]]
    found.append(Fact(_("My shifts"), "\n".join(coming) or _("none in the next 14 days")))
    return found


def calendar_columns() -> list[Column]:
    return [
        Column("day", _("Day"), 10),
        Column("post", _("Post"), 12, flex=1),
        Column("shift", _("Shift"), 10, flex=1),
        Column("time", _("Time"), 11),
        Column("people", _("People"), 14, flex=3),
    ]


def calendar_rows(shifts: Sequence[ShiftView], situation: Situation) -> list[Row]:
    """One row for each shift; the reader's own stand out."""
    me = situation.site.me.id if situation.site is not None else ""
    found: list[Row] = []
    shown = ""
    for shift in shifts:
        day = f"{shift.on:%m-%d} {_(_WEEKDAYS[shift.on.weekday()])}"
        mine = any(person.account == me for person in shift.people)
        people = [say(person.name) for person in shift.people]
        people += [_("{name} (on leave)").format(name=say(person.name)) for person in shift.away]
        tone = "strong" if mine else "" if shift.people else "fault"
        found.append(
            Row(
                f"{shift.on}{SEPARATOR}{shift.post}{SEPARATOR}{shift.shift}{SEPARATOR}{shift.team}",
                (
                    Cell(day if day != shown else "", "muted"),
                    Cell(say(shift.post_name), tone),
                    Cell(say(shift.shift_name), tone),
                    Cell(_times(shift.from_at, shift.to_at, situation), tone),
                    Cell(words.listed(people) or _("nobody"), tone),
                ),
            )
        )
        shown = day
    return found


def sheet_columns() -> list[Column]:
    return [Column("mark", "", 1), Column("key", _("Number"), 10), Column("text", _("What is handed over"), 20, flex=1)]


def sheet_rows(view: HandoverView) -> list[Row]:
    """The sheet line by line, with what changed since it was made or signed, and the room."""
    changed = {(change.section, change.key): change.how for change in view.changes}
    found: list[Row] = []
    for section in view.sheet.sections:
        gone = [change for change in view.changes if change.section == section.id and change.how == "gone"]
        title = say(section.title) if section.lines else _("{title}: none").format(title=say(section.title))
        found.append(_heading(section.id, title, cells=3))
        for line in section.lines:
            how = changed.get((section.id, line.key), "")
            tone = "lost" if line.bad else "strong" if how else ""
            cells = (
                Cell(words.shape(words.CHANGES, how) if how else "", "fault"),
                Cell(line.key, "muted"),
                Cell(say(line.text), tone),
            )
            found.append(Row(f"{section.id}{SEPARATOR}{line.key}", cells))
        for change in gone:
            mark = Cell(words.shape(words.CHANGES, "gone"), "fault")
            key = f"{section.id}{SEPARATOR}gone{SEPARATOR}{change.key}"
            found.append(Row(key, (mark, Cell(change.key, "muted"), Cell(say(change.text), "muted"))))
    found.append(_heading("room", _("The room"), cells=3))
    given = {answer.item: answer for answer in view.room}
    for item in view.items:
        answer = given.get(item.id)
        said = _("not answered yet") if answer is None else _answer(answer.answer, answer.remark)
        text = words.about(say(item.ask), said)
        found.append(Row(f"room{SEPARATOR}{item.id}", (Cell(""), Cell(""), Cell(text, "muted" if not answer else ""))))
    return found


def sheet_facts(view: HandoverView, situation: Situation, key: str) -> list[Fact]:
    """How the handover stands, and the chosen line in full."""
    clock = moments.clock(view.begun_at, situation.zone, now=situation.now)
    found = [
        Fact(
            _("State"),
            words.named(words.HANDOVER_STATES, view.state, stale=situation.stale),
            "good" if view.state == "signed" else "",
        ),
        Fact(_("Hands over"), _("{who}, {clock}").format(who=say(view.begun_by_name), clock=clock)),
    ]
    if view.signed_at is not None and view.signed_by_name is not None:
        at = moments.clock(view.signed_at, situation.zone, now=situation.now)
        found.append(Fact(_("Signed"), _("{who}, {clock}").format(who=say(view.signed_by_name), clock=at), "good"))
    if view.note:
        found.append(Fact(_("Note"), view.note))
    if view.waiting:
        waiting = _("critical alarms are not acknowledged: {alarms}").format(alarms=words.listed(view.waiting))
        found.append(Fact(_("Nobody signs"), waiting, "lost"))
    if view.allowed:
        allowed = _("{alarms}, by a leader: {reason}").format(
            alarms=words.listed(view.allowed), reason=view.allowed_because
        )
        found.append(Fact(_("Allowed"), allowed, "fault"))
    if view.changes:
        said = ngettext(
            "1 line since it was made or signed", "{n} lines since it was made or signed", len(view.changes)
        ).format(n=len(view.changes))
        found.append(Fact(_("Changed"), said, "fault"))
    section, _bar, name = key.partition(SEPARATOR)
    for each in view.sheet.sections:
        found += [
            Fact(line.key, say(line.text), "lost" if line.bad else "strong")
            for line in each.lines
            if (each.id, line.key) == (section, name)
        ]
    return found


def _heading(key: str, text: str, *, cells: int = 6) -> Row:
    """A heading between rows; it stands in the last column of a narrow sheet, in the first of the list."""
    blank = [Cell("") for _n in range(cells - 1)]
    said = Cell(text, "strong")
    return Row(f"-{key}", (*blank, said) if cells == 3 else (said, *blank), group=True)


def _of_post(post: PostView, situation: Situation) -> list[Row]:
    found = [_person(post, each, situation) for each in post.people]
    if found:
        return found
    plain = "stale" if situation.stale else "muted"
    nobody = (Cell(say(post.name), plain), Cell(_("nobody rostered now"), plain), *(Cell("") for _n in range(4)))
    return [Row(f"{post.post}{SEPARATOR}", nobody)]


def _person(post: PostView, each: OnPost, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    stands = words.named(words.PLACE_STATES, each.state, stale=situation.stale)
    if not post.sign_on and not each.present:
        stands = _("rostered")
    return Row(
        f"{post.post}{SEPARATOR}{each.account}",
        (
            Cell(say(post.name), plain or ("lost" if post.unmanned else "strong")),
            Cell(say(each.name), plain),
            Cell(stands, plain or _TONES.get(each.state, "")),
            Cell(_short(each.since_at or each.from_at, situation), plain),
            Cell(_short(each.to_at, situation), plain),
            Cell(say(each.shift_name) if each.shift_name is not None else "", plain),
        ),
    )


def _coming(shift: ShiftView, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    return Row(
        f"next{SEPARATOR}{shift.post}{SEPARATOR}{shift.from_at.isoformat()}",
        (
            Cell(say(shift.post_name), plain),
            Cell(words.listed(say(person.name) for person in shift.people), plain),
            Cell("", plain),
            Cell(_short(shift.from_at, situation), plain),
            Cell(_short(shift.to_at, situation), plain),
            Cell(say(shift.shift_name), plain),
        ),
    )


def _swap(item: SwapView, situation: Situation) -> Row:
    plain = "stale" if situation.stale else ""
    swap = item.swap
    tone = "fault" if answers(item, situation) else ""
    kind = _("swap") if swap.kind == "swap" else _("cover")
    who = _("{one} → {other}").format(one=say(swap.asker_name), other=say(swap.other_name))
    return Row(
        swap.id,
        (
            Cell(f"{swap.id} {kind}", plain or "strong"),
            Cell(who, plain),
            Cell(words.named(words.SWAP_STATES, item.state, stale=situation.stale), plain or tone),
            Cell(_short(swap.mine.from_at, situation), plain),
            Cell(_short(swap.theirs.from_at, situation) if swap.theirs is not None else "", plain),
            Cell(situation.names.shift(swap.mine.shift), plain),
        ),
    )


def _chosen_facts(situation: Situation, key: str) -> list[Fact]:
    item = chosen_swap(situation, key)
    if item is not None:
        return _swap_facts(item, situation)
    found = chosen_person(situation, key)
    if found is None:
        return []
    post, person = found
    facts_ = [Fact(_("Post"), say(post.name), "strong")]
    if person is not None:
        facts_.append(
            Fact(_("Person"), words.about(say(person.name), words.named(words.PLACE_STATES, person.state)), "")
        )
    if post.unmanned:
        facts_.append(Fact("", _("Nobody is signed on here."), "lost"))
    if post.relief_missing:
        facts_.append(Fact("", _("The relief has not come; whoever is there stays."), "lost"))
    if post.handover:
        state = words.named(words.HANDOVER_STATES, post.handover_state)
        facts_.append(Fact(_("Handover"), f"{post.handover} {state}", "fault"))
    return facts_


def _swap_facts(item: SwapView, situation: Situation) -> list[Fact]:
    swap = item.swap
    found = [
        Fact(_("Change"), f"{swap.id} {words.named(words.SWAP_STATES, item.state)}", "strong"),
        Fact(say(swap.asker_name), _part(swap.mine, situation)),
    ]
    if swap.theirs is not None:
        found.append(Fact(say(swap.other_name), _part(swap.theirs, situation)))
    else:
        found.append(Fact(_("Taken by"), say(swap.other_name)))
    return [*found, Fact(_("Reason"), swap.reason), Fact(_("Until"), _short(swap.expires_at, situation))]


def _part(part: ShiftPart, situation: Situation) -> str:
    site = situation.site
    post = next((each for each in site.posts if each.post == part.post), None) if site is not None else None
    where = say(post.name) if post is not None else part.post
    return f"{part.on:%m-%d} {_times(part.from_at, part.to_at, situation)} {where}"


def _answer(answer: str, remark: str) -> str:
    said = {"yes": _("yes"), "no": _("no")}.get(answer, answer)
    return f"{said} ({remark})" if remark else said


def _short(at: datetime | None, situation: Situation) -> str:
    return f"{at.astimezone(situation.zone):%m-%d %H:%M}" if at is not None else ""


def _times(from_at: datetime, to_at: datetime, situation: Situation) -> str:
    return f"{from_at.astimezone(situation.zone):%H:%M}–{to_at.astimezone(situation.zone):%H:%M}"


def _when(shift: ShiftView, situation: Situation) -> str:
    day = f"{shift.on:%m-%d} {_(_WEEKDAYS[shift.on.weekday()])}"
    return f"{day} {_times(shift.from_at, shift.to_at, situation)}"
