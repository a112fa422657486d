"""Escalations that come due while nobody is to be disturbed: they are held, and go on when that is over.

An alarm that is shelved, suppressed by a permit, out of service or chattering disturbs nobody, and an escalation that
nobody heard has not done what it is for. So the step that comes due meanwhile is held, and with it the later ones of
its chain. When the silence is over the held step is due at once, and the others as long after it as they were planned
to be: one message at the end of a long shelving, however many were planned within it.

Held steps stay in `Work.pending`, about their subject, so whatever ends an escalation ends them: an acknowledgement,
the end of the condition, a rule that is turned off or changed. They are in no run, so that they keep no other firing
about the same from acting; of several chains about one alarm only the one that is held goes on.
"""

from datetime import datetime

from msgspec.structs import replace

from hub.automation import tracks
from hub.automation.language.matching import Reason
from hub.automation.model import Rule
from hub.automation.standing import silence
from hub.automation.timers import Pending
from hub.automation.work import Work


def hold(work: Work, rule: Rule, step: Pending, why: str) -> None:
    """Hold an escalation's step, whose time has come and which waits no more, and those of its run that come later.

    `why` nobody is to be disturbed: `A-3 is shelved`.
    """
    about = [each for each in work.pending.about_subject(step.subject) if each.rule == rule.id and each.stage]
    later = [each for each in about if each.run == step.run and not each.held]
    other = next((each for each in about if each.run != step.run and each.held), None)
    name = name_of(step)
    if other is None:
        for each in (step, *later):
            work.wait(replace(each, held=True))
        work.tell(rule.id, step.cause, step.due_at, "held", Reason(name, f"{why}: goes on when that is over"))
    else:
        for each in later:
            work.drop(each)
        said = f"{why}: that of record {other.cause} is held already"
        work.tell(rule.id, step.cause, step.due_at, "stopped", Reason(name, said))
    for each in (step, *later):
        tracks.leave(work, each, (), step.due_at)


def go_on(work: Work, rule: Rule, subject: str, at: datetime) -> bool:
    """One thing that kept people from being disturbed about the subject is over. Whether something is due now."""
    about = [each for each in work.pending.about_subject(subject) if each.rule == rule.id and each.stage]
    held = [each for each in about if each.held]
    if not held or silence(work, rule, subject):
        return False
    by = at - min(each.due_at for each in held)
    for each in about:
        if each.held:
            work.wait(replace(each, held=False, due_at=each.due_at + by))
        elif each.run != held[0].run:
            work.drop(each)
            said = f"that of record {held[0].cause} goes on"
            work.tell(rule.id, each.cause, at, "stopped", Reason(name_of(each), said))
            tracks.leave(work, each, (), at)
    tracks.join(work, held)
    return True


def name_of(step: Pending) -> str:
    """The key of the rule that a step comes from."""
    return f"escalate.{step.stage}" if step.stage else "after"
