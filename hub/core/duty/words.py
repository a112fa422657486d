"""Why a post is not held, and what to do about it, in words for staff."""

from hub.core.duty.coverage import Excuse, Gap
from hub.core.duty.roster import Roster
from hub.core.text import Text


def why(gap: Gap, roster: Roster) -> Text:
    """Why people are missing: `Li Na is on leave`. How many there are, the gap says by itself."""
    if not gap.people and not gap.excuses:
        return Text(en="nobody is rostered", zh="无人排班")
    excuses = [_excuse(excuse, roster) for excuse in gap.excuses]
    if not excuses:
        return Text(en="too few are rostered", zh="排班人数不足")
    return Text(en="; ".join(each.en for each in excuses), zh="；".join(each.zh for each in excuses))


def way_out(gap: Gap) -> Text:
    """What to do about it: one sentence for each cause."""
    reasons = {excuse.reason for excuse in gap.excuses}
    found = [text for reason, text in _WAYS_OUT if reason in reasons]
    if not found:
        found = [_ROSTER_SOMEBODY]
    return Text(en=" ".join(text.en for text in found), zh="".join(text.zh for text in found))


_ROSTER_SOMEBODY = Text(
    en="Roster somebody: a team in a [[pattern]], or a [[cover]] on that date.",
    zh="请安排人员：在 [[pattern]] 中加入班组，或用 [[cover]] 指定当日人员。",
)
_WAYS_OUT = (
    (
        "leave",
        Text(
            en="Name who stands in: a [[cover]] with `instead_of`.",
            zh="请指定替班人：写一条带 instead_of 的 [[cover]]。",
        ),
    ),
    (
        "expired",
        Text(
            en="Have the training renewed and enter its new end, or name a qualified person in a [[cover]].",
            zh="请安排复训并更新有效期，或用 [[cover]] 指定有资格的人员。",
        ),
    ),
    (
        "not_yet",
        Text(
            en="The training counts later: name a qualified person in a [[cover]] until then.",
            zh="资格尚未生效：在此之前请用 [[cover]] 指定有资格的人员。",
        ),
    ),
    (
        "papers",
        Text(
            en="Put the training and the confidentiality agreement on record (`hub people train`), or name somebody "
            "else in a [[cover]].",
            zh="请登记培训记录和保密协议（hub people train），或用 [[cover]] 指定其他人员。",
        ),
    ),
    (
        "unqualified",
        Text(
            en="Train the person and enter the qualification, or roster somebody who has it.",
            zh="请先培训并登记资格，或安排有资格的人员。",
        ),
    ),
)


def _excuse(excuse: Excuse, roster: Roster) -> Text:
    person = name_of(roster, excuse.person)
    training = next((each.name for each in roster.qualifications if each.id == excuse.qualification), None)
    en, zh = (training.in_("en"), training.in_("zh_CN")) if training else (excuse.qualification, excuse.qualification)
    match excuse.reason:
        case "leave":
            return Text(en=f"{person.in_('en')} is on leave", zh=f"{person.in_('zh_CN')}请假")
        case "expired":
            return Text(
                en=f"{person.in_('en')}'s training {en!r} ended on {excuse.on}",
                zh=f"{person.in_('zh_CN')}的“{zh}”资格已于 {excuse.on} 到期",
            )
        case "not_yet":
            return Text(
                en=f"{person.in_('en')}'s training {en!r} counts from {excuse.on} only",
                zh=f"{person.in_('zh_CN')}的“{zh}”资格自 {excuse.on} 起生效",
            )
        case "papers" if excuse.on is not None:
            return Text(
                en=f"{person.in_('en')}'s training or confidentiality agreement ends on {excuse.on}",
                zh=f"{person.in_('zh_CN')}的培训或保密协议将于 {excuse.on} 到期",
            )
        case "papers":
            return Text(
                en=f"{person.in_('en')} has no training or confidentiality agreement on record",
                zh=f"{person.in_('zh_CN')}没有有效的培训记录或保密协议",
            )
        case "unqualified":
            return Text(en=f"{person.in_('en')} has no training {en!r}", zh=f"{person.in_('zh_CN')}没有“{zh}”资格")


def name_of(roster: Roster, person: str) -> Text:
    """A person's name, or the account's where the roster does not have it."""
    known = roster.person(person)
    return known.name if known is not None else Text(en=person)


def names_of(roster: Roster, people: tuple[str, ...]) -> Text:
    """The names of people in a row."""
    names = [name_of(roster, person) for person in people]
    return Text(en=", ".join(name.in_("en") for name in names), zh="、".join(name.in_("zh_CN") for name in names))
