"""What a rule says, a sentence at a time, in both languages. For people who do not read its file."""

from collections.abc import Iterable, Sequence

from hub.automation.language.condition import Condition
from hub.automation.meanings import meaning
from hub.automation.model import (
    Action,
    AlarmAction,
    Escalation,
    Match,
    NotifyAction,
    PresetAction,
    ProtectAction,
    PublishAction,
    ReportAction,
    RoundAction,
    Rule,
    SetAction,
    SnapshotAction,
    StartAction,
    TicketAction,
    Value,
)
from hub.automation.schedules.schedule import describe, duration
from hub.core.text import Text

MOST_MEANINGS = 12
"""Of a rule on more events, only the meanings of these many are told."""

_MISSED = {
    "run-once": Text(en="What came due while the hub was down is done once, late.", zh="停机期间到期的，补做一次。"),
    "skip": Text(en="What came due while the hub was down is only noted.", zh="停机期间到期的，只作记录。"),
    "run-all": Text(en="What came due while the hub was down is all made up for.", zh="停机期间到期的，全部补做。"),
}
_MODES = {
    "restart": Text(en="If it happens again meanwhile, it begins anew.", zh="其间再次发生时重新开始。"),
    "queued": Text(en="If it happens again meanwhile, that waits its turn.", zh="其间再次发生时排队等候。"),
    "parallel": Text(en="If it happens again meanwhile, both go on.", zh="其间再次发生时同时进行。"),
}
_REPORTS = {"daily": "日报", "weekly": "周报", "monthly": "月报", "clause": "条款对照报告"}
_PRIORITIES = {"critical": "紧急", "high": "高", "medium": "中", "low": "低"}


def sentences(rule: Rule) -> list[Text]:
    """What the rule says, in the order in which it goes."""
    return [
        _when(rule),
        *_meanings(rule.on),
        *(_fits(match) for match in rule.where),
        *_conditions(rule),
        *([_MISSED[rule.missed]] if rule.every is not None else []),
        *(_does(action) for action in rule.do),
        *(line for stage in rule.escalate for line in _escalates(stage)),
        *_manners(rule),
    ]


def _when(rule: Rule) -> Text:
    if rule.every is not None:
        every = describe(rule.every)
        return Text(en=f"When: {every.en}.", zh=f"时间：{every.zh}。")
    if not rule.on:
        return Text(en="When another rule starts it.", zh="由其他规则启动。")
    names, said = ", ".join(rule.on), _meant(rule.on)
    if rule.for_s:
        lasting = duration(rule.for_s)
        return Text(
            en=f"When {names}{said.en} has lasted {lasting.en}.",
            zh=f"发生 {names}{said.zh or ' '}并持续{lasting.zh}时。",
        )
    return Text(en=f"When {names}{said.en} happens.", zh=f"发生 {names}{said.zh or ' '}时。")


def _meant(on: Sequence[str]) -> Text:
    """What the one event means, in brackets; nothing for several, of which each has a line of its own."""
    said = meaning(on[0]) if len(on) == 1 else Text(en="")
    return Text(en=f" ({said.en})", zh=f"（{said.in_('zh_CN')}）") if said else said


def _meanings(on: Sequence[str]) -> Iterable[Text]:
    """What each of several events means."""
    if len(on) == 1:
        return
    for name in on[:MOST_MEANINGS]:
        said = meaning(name)
        yield Text(en=f"{name}: {said.en}.", zh=f"{name}：{said.in_('zh_CN')}。")
    if len(on) > MOST_MEANINGS:
        left = len(on) - MOST_MEANINGS
        yield Text(en=f"And {left} events more.", zh=f"另有 {left} 种事件。")


def _fits(match: Match) -> Text:
    wanted_en: list[str] = []
    wanted_zh: list[str] = []
    one_of, none_of = [*match.one_of, *match.like], [*match.none_of, *match.unlike]
    if one_of:
        wanted_en.append(_words(one_of, " or "))
        wanted_zh.append(_words(one_of, " 或 "))
    if none_of:
        wanted_en.append(f"not {_words(none_of, ' or ')}")
        wanted_zh.append(f"不是 {_words(none_of, ' 或 ')}")
    if match.at_least is not None:
        wanted_en.append(f"at least {match.at_least:g}")
        wanted_zh.append(f"不小于 {match.at_least:g}")
    if match.at_most is not None:
        wanted_en.append(f"at most {match.at_most:g}")
        wanted_zh.append(f"不大于 {match.at_most:g}")
    return Text(
        en=f"Only where {match.path} is {' and '.join(wanted_en)}.", zh=f"仅当 {match.path} 为 {'且'.join(wanted_zh)}。"
    )


def _words(values: Iterable[Value], between: str) -> str:
    return between.join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def _conditions(rule: Rule) -> Iterable[Text]:
    if rule.condition is not None:
        yield Text(en=f"Only if {_source(rule.condition)}.", zh=f"仅当 {_source(rule.condition)}。")
    if rule.unless is not None:
        yield Text(en=f"Not when {_source(rule.unless)}.", zh=f"{_source(rule.unless)} 时除外。")


def _source(condition: Condition) -> str:
    return " ".join(condition.source.split())


def _does(action: Action) -> Text:
    done = deed(action)
    if not action.after_s:
        return Text(en=f"Then: {done.en}.", zh=f"执行：{done.zh}。")
    after = duration(action.after_s)
    return Text(en=f"After {after.en}: {done.en}.", zh=f"{after.zh}后：{done.zh}。")


def deed(action: Action) -> Text:
    """What an action does, as the rest of a sentence."""
    match action:
        case AlarmAction(kind=kind, priority=priority):
            return Text(
                en=f"raise the alarm {kind}, priority {priority}", zh=f"发出报警 {kind}，{_PRIORITIES[priority]}级"
            )
        case TicketAction(title=title):
            named = title or Text(en="")
            return Text(en=f"open a ticket {named.in_('en')}".rstrip(), zh=f"开具故障单 {named.in_('zh_CN')}".rstrip())
        case RoundAction(kind=kind, due_in_s=due, team=team):
            within = duration(due) if due is not None else None
            by = (f" by {team}" if team else "", f"，由 {team} 负责" if team else "")
            end = (f", within {within.en}", f"，{within.zh}内完成") if within is not None else ("", "")
            return Text(en=f"make the round {kind} due{by[0]}{end[0]}", zh=f"安排检查 {kind}{by[1]}{end[1]}")
        case NotifyAction(to=to):
            return Text(en=f"send a message to {to}", zh=f"通知 {to}")
        case ReportAction(kind=kind, to=to):
            return Text(en=f"send the {kind} report to {to}", zh=f"将{_REPORTS[kind]}发送给 {to}")
        case SnapshotAction(camera=camera):
            return Text(en=f"keep a picture{_of(camera)[0]}", zh=f"保存{_of(camera)[1]}画面")
        case ProtectAction(camera=camera, keep_s=keep):
            kept = duration(keep)
            return Text(
                en=f"protect the recording{_of(camera)[0]} for {kept.en}",
                zh=f"保护{_of(camera)[1]}录像{kept.zh}不被删除",
            )
        case PresetAction(preset=preset, camera=camera):
            return Text(
                en=f"turn{_of(camera)[0] or ' the camera'} to {preset}", zh=f"将{_of(camera)[1]}转到预置位 {preset}"
            )
        case PublishAction(kind=kind, to=to):
            return Text(en=f"send data to {to} ({kind})", zh=f"向 {to} 发送数据（{kind}）")
        case SetAction(variable=variable, value=value):
            shown = str(value).lower() if isinstance(value, bool) else str(value)
            return Text(en=f"set {variable} to {shown}", zh=f"将 {variable} 设为 {shown}")
        case StartAction(rule=rule):
            return Text(en=f"start the rule {rule}", zh=f"启动规则 {rule}")


def _of(camera: str) -> tuple[str, str]:
    return (f" of {camera}", f" {camera} 的") if camera else ("", "该摄像机的")


def _escalates(stage: Escalation) -> Iterable[Text]:
    after = duration(stage.after_s)
    unless = f"{_source(stage.unless)}" if stage.unless is not None else ""
    until_en = f"unless {unless}" if unless else "if nobody has acknowledged"
    until_zh = f"除非 {unless}" if unless else "仍无人确认时"
    deeds = [deed(action) for action in stage.do]
    done_en, done_zh = "; ".join(each.en for each in deeds), "；".join(each.zh for each in deeds)
    repeat = duration(stage.repeat_s) if stage.repeat_s is not None and stage.times > 1 else None
    again_en = f", {stage.times} times, every {repeat.en}" if repeat is not None else ""
    again_zh = f"，每隔{repeat.zh}一次，共 {stage.times} 次" if repeat is not None else ""
    yield Text(
        en=f"After {after.en}, {until_en}: {done_en}{again_en}.", zh=f"{after.zh}后，{until_zh}：{done_zh}{again_zh}。"
    )


def _manners(rule: Rule) -> Iterable[Text]:
    if rule.mode in _MODES:
        yield _MODES[rule.mode]
    if rule.per:
        names = ", ".join(rule.per)
        yield Text(en=f"Counted for each {names}.", zh=f"按 {names} 分别计算。")
    if rule.cooldown_s:
        rest = duration(rule.cooldown_s)
        yield Text(en=f"Then not again for {rest.en}.", zh=f"此后{rest.zh}内不再触发。")
    if rule.group is not None:
        wait = duration(rule.group.wait_s)
        yield Text(en=f"Messages within {wait.en} are sent as one.", zh=f"{wait.zh}内的消息合并为一条。")
