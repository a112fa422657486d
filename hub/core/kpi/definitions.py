"""What each figure is: its name, what is divided by what, the trap in it, and where its entries are found."""

from typing import Literal

import msgspec

from hub.core.kpi.targets import Target
from hub.core.text import Text

Unit = Literal["share", "s", "days", "count"]
"""`share`: 0 to 1. `s`, `days`: so long. `count`: so many for each of the denominator."""
Measure = Literal["s", "count"]
"""In what a numerator or denominator is counted."""
JudgedBy = Literal["coverage", "period", "now"]
"""From when it may be judged: the period is over and was watched; the period is over; at any time, as it is of now."""


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """One figure as it is explained to whoever reads it."""

    id: str
    name: Text
    unit: Unit = "share"
    numerator: Text
    """What is counted."""
    denominator: Text
    """What it is counted over."""
    numerator_in: Measure = "count"
    denominator_in: Measure = "count"
    note: Text = Text(en="")
    """What is left out, and what it cannot say."""
    judged_by: JudgedBy = "coverage"
    entries: str = ""
    """The command that lists what was counted."""


_WATCHED = Text(en="time that was watched", zh="被监视的时间")
_DAYS = Text(en="days of the period up to now, one at least", zh="统计期内至今的天数，不足一天按一天")
_CAMERA_FINDINGS = "hub events --type signal.lost"

FIGURES: tuple[Definition, ...] = (
    Definition(
        id="online_time",
        name=Text(en="Online, by time", zh="在线率（按时长）"),
        numerator=Text(en="time with a signal", zh="有视频信号的时间"),
        denominator=_WATCHED,
        numerator_in="s",
        denominator_in="s",
        note=Text(
            en="Time in which the hub did not run counts neither way: see what was not watched.",
            zh="系统未运行的时间两边都不计，另见未监视占比。",
        ),
        entries=_CAMERA_FINDINGS,
    ),
    Definition(
        id="online_probes",
        name=Text(en="Online, by probes", zh="在线率（按巡检点）"),
        numerator=Text(en="full hours at which there was a signal", zh="整点时有信号的次数"),
        denominator=Text(en="full hours at which the hub looked", zh="整点检查的次数"),
        note=Text(
            en="What is lost and comes back between two full hours is not in it.",
            zh="两个整点之间发生又恢复的中断不在其中。",
        ),
        entries=_CAMERA_FINDINGS,
    ),
    Definition(
        id="online_worst",
        name=Text(en="Online, the worst camera", zh="在线率最低的摄像机"),
        numerator=Text(en="that camera's time with a signal", zh="该摄像机有信号的时间"),
        denominator=_WATCHED,
        numerator_in="s",
        denominator_in="s",
        note=Text(en="An average hides one dead camera; this does not.", zh="平均值会掩盖单台失效，此项不会。"),
        entries=_CAMERA_FINDINGS,
    ),
    Definition(
        id="picture_judged",
        name=Text(en="Good picture, of judged time", zh="图像完好率（已诊断时间）"),
        numerator=Text(en="time with a good picture", zh="画面正常的时间"),
        denominator=Text(en="time with a signal in which the picture was judged", zh="有信号且已诊断的时间"),
        numerator_in="s",
        denominator_in="s",
        note=Text(en="Cameras without a signal are not in it.", zh="无信号的摄像机不在其中。"),
        entries="hub search CAMERA",
    ),
    Definition(
        id="picture_watched",
        name=Text(en="Good picture, of all watched time", zh="图像完好率（全部监视时间）"),
        numerator=Text(en="time with a good picture", zh="画面正常的时间"),
        denominator=_WATCHED,
        numerator_in="s",
        denominator_in="s",
        note=Text(en="Without a signal and not judged count as not good.", zh="无信号和未诊断都按不正常计。"),
        entries="hub search CAMERA",
    ),
    Definition(
        id="not_judged",
        name=Text(en="Not judged", zh="未诊断占比"),
        numerator=Text(en="time with a signal in which the picture was not judged", zh="有信号但未诊断的时间"),
        denominator=_WATCHED,
        numerator_in="s",
        denominator_in="s",
        entries="hub events --type camera.not_judged",
    ),
    Definition(
        id="unwatched",
        name=Text(en="Not watched", zh="未监视占比"),
        numerator=Text(en="time in which the hub did not run", zh="系统未运行的时间"),
        denominator=Text(en="time of the period up to now", zh="统计期内至今的时间"),
        numerator_in="s",
        denominator_in="s",
        judged_by="period",
        entries="hub events --type hub.started",
    ),
    Definition(
        id="recording",
        name=Text(en="Recording complete", zh="录像完整率"),
        numerator=Text(en="time recorded", zh="实际录像时间"),
        denominator=Text(en="time that was to be recorded", zh="计划录像时间"),
        numerator_in="s",
        denominator_in="s",
        judged_by="period",
        note=Text(
            en="As put on record when it happened: what was deleted for its age since then counts as recorded.",
            zh="以当时的记录为准，之后因到期删除的仍算已录。",
        ),
        entries="hub events --type recording.gap",
    ),
    Definition(
        id="recording_cameras",
        name=Text(en="Cameras whose recording passes", zh="录像完好率"),
        numerator=Text(
            en="cameras recorded as completely as the target of “Recording complete” asks (99 % without one)",
            zh="达到“录像完整率”目标的摄像机（无目标时为 99 %）",
        ),
        denominator=Text(en="cameras that were to be recorded", zh="应录像的摄像机"),
        judged_by="period",
        entries="hub figures --by camera",
    ),
    Definition(
        id="recorded_days",
        name=Text(en="Recorded without a gap, the shortest", zh="连续录像天数（最短）"),
        unit="days",
        numerator=Text(en="time since the newest gap of that camera", zh="该摄像机最近一次缺口以来的时间"),
        denominator=Text(en="one day", zh="一天"),
        numerator_in="s",
        denominator_in="s",
        judged_by="now",
        note=Text(en="As it is now, whatever the period.", zh="为当前值，与统计期无关。"),
        entries="hub recordings check",
    ),
    Definition(
        id="alarm_rate",
        name=Text(en="Alarms in ten minutes for each post", zh="每岗每十分钟报警数"),
        unit="count",
        numerator=Text(en="alarms that disturbed somebody", zh="打扰到人的报警"),
        denominator=Text(en="ten minutes, times posts", zh="十分钟时段 × 岗位"),
        note=Text(
            en="A domain's operators are one post. Shelved, suppressed and chattering alarms are not in it.",
            zh="一个业务域的值班员算一个岗。搁置、抑制和抖动的报警不计。",
        ),
        entries="hub alarms history",
    ),
    Definition(
        id="acknowledge",
        name=Text(en="Time to acknowledge an alarm", zh="报警平均确认时间"),
        unit="s",
        numerator=Text(en="time from raised to acknowledged", zh="报警到确认的时间"),
        denominator=Text(en="acknowledgements", zh="确认次数"),
        numerator_in="s",
        note=Text(en="An alarm that nobody acknowledged is not in it.", zh="无人确认的报警不在其中。"),
        entries="hub alarms history",
    ),
    Definition(
        id="false_share",
        name=Text(en="False alarms", zh="误报率"),
        numerator=Text(en="alarms that people judged false", zh="人工判为误报的报警"),
        denominator=Text(en="alarms that people judged", zh="人工判定过的报警"),
        note=Text(en="Alarms without a verdict are neither right nor wrong.", zh="未判定的报警不计对错。"),
        entries="hub alarms history --verdict false",
    ),
    Definition(
        id="false_camera_day",
        name=Text(en="False alarms per camera and day", zh="每摄像机每日误报数"),
        unit="count",
        numerator=Text(en="alarms of cameras that people judged false", zh="人工判为误报的摄像机报警"),
        denominator=Text(en="days of cameras that were watched", zh="被监视的摄像机 × 日"),
        entries="hub alarms history --verdict false",
    ),
    Definition(
        id="repair",
        name=Text(en="Time to repair (MTTR)", zh="平均修复时间（MTTR）"),
        unit="s",
        numerator=Text(en="time from the fault to its end", zh="故障发生到恢复的时间"),
        denominator=Text(en="repairs closed in the period", zh="统计期内关闭的维修"),
        numerator_in="s",
        entries="hub tickets list --all",
    ),
    *(
        Definition(
            id=f"repair_{phase}",
            name=name,
            unit="s",
            numerator=numerator,
            denominator=Text(en="closed repairs with both ends on record", zh="起止均有记录的已关闭维修"),
            numerator_in="s",
            entries="hub tickets figures",
        )
        for phase, name, numerator in (
            (
                "acknowledge",
                Text(en="of it: to acknowledge", zh="其中：确认"),
                Text(en="time from opened to acknowledged", zh="开单到确认的时间"),
            ),
            (
                "dispatch",
                Text(en="of it: to dispatch", zh="其中：派工"),
                Text(en="time from acknowledged to assigned", zh="确认到派工的时间"),
            ),
            (
                "repair",
                Text(en="of it: the work", zh="其中：维修"),
                Text(en="time from arrival to repaired, without waiting", zh="到场到修好的时间（不含等待）"),
            ),
            (
                "verify",
                Text(en="of it: to verify", zh="其中：验证"),
                Text(en="time from repaired to verified", zh="修好到验证的时间"),
            ),
        )
    ),
    Definition(
        id="repair_in_time",
        name=Text(en="Repaired by the estimate", zh="按预计时间修复率"),
        numerator=Text(en="repairs that ended by the last estimate", zh="在最后预计时间内恢复的维修"),
        denominator=Text(en="closed repairs with an estimate", zh="有预计时间的已关闭维修"),
        entries="hub tickets list --all",
    ),
    Definition(
        id="mtbf",
        name=Text(en="Time between failures (MTBF)", zh="平均无故障时间（MTBF）"),
        unit="s",
        numerator=Text(en="time with a signal and without a fault of the picture", zh="有信号且画面无故障的时间"),
        denominator=Text(en="faults of cameras that began in the period", zh="统计期内发生的摄像机故障"),
        numerator_in="s",
        note=Text(en="Without a fault there is none to divide by.", zh="无故障时无法计算。"),
        entries="hub tickets figures",
    ),
    Definition(
        id="rounds",
        name=Text(en="Rounds made in time", zh="巡检按时完成率"),
        numerator=Text(en="rounds made in time", zh="按时完成的巡检"),
        denominator=Text(en="rounds whose time ended in the period", zh="统计期内到期的巡检"),
        note=Text(en="Cancelled ones are not in it.", zh="已取消的不计。"),
        entries="hub rounds history",
    ),
    Definition(
        id="attendance",
        name=Text(en="Attended", zh="出勤率"),
        numerator=Text(en="places of shifts to which somebody came, late or not", zh="到岗的班次（含迟到）"),
        denominator=Text(en="places that were rostered and seen", zh="应到且可核实的班次"),
        note=Text(
            en="Excused places are shown beside and not counted; nor is what ended while the hub was down.",
            zh="准假的另列不计；系统停机期间无法核实的不计。",
        ),
        entries="hub duty attendance",
    ),
    Definition(
        id="attendance_late",
        name=Text(en="Late", zh="迟到率"),
        numerator=Text(en="places to which somebody came late", zh="迟到的班次"),
        denominator=Text(en="places that were rostered and seen", zh="应到且可核实的班次"),
        entries="hub duty attendance",
    ),
    Definition(
        id="attention",
        name=Text(en="Attention checks answered", zh="注意力抽查应答率"),
        numerator=Text(en="checks answered in time", zh="及时应答的抽查"),
        denominator=Text(en="checks answered or missed", zh="应答或漏答的抽查"),
        entries="hub events --type attention.missed",
    ),
    Definition(
        id="attention_unwatched",
        name=Text(en="Nobody known to watch, a day", zh="每日无人值守时间"),
        unit="s",
        numerator=Text(en="time from a missed check to its end", zh="漏答到结束的时间"),
        denominator=Text(en="days of the period up to now", zh="统计期内至今的天数"),
        numerator_in="s",
        entries="hub events --type attention.over",
    ),
    Definition(
        id="patrol",
        name=Text(en="Walks of the wall made in time", zh="电视墙巡视按时率"),
        numerator=Text(en="walks made in time", zh="按时完成的巡视"),
        denominator=Text(en="walks that were due", zh="应完成的巡视"),
        entries="hub events --type patrol.missed",
    ),
    Definition(
        id="permits",
        name=Text(en="Permits that left nothing behind", zh="许可到期清场率"),
        numerator=Text(en="permits after whose end nothing covered a camera", zh="到期后无遮挡的许可"),
        denominator=Text(en="permits that ended in the period", zh="统计期内结束的许可"),
        entries="hub permits list --all",
    ),
    Definition(
        id="releases_asked",
        name=Text(en="Releases asked for, a day", zh="每日调取申请数"),
        unit="count",
        numerator=Text(en="requests for recordings", zh="调取申请"),
        denominator=_DAYS,
        judged_by="period",
        note=Text(en="One that was given back and mended is one.", zh="退回后补正的只计一次。"),
        entries="hub releases register",
    ),
    Definition(
        id="releases_approved",
        name=Text(en="Releases approved", zh="调取批准率"),
        numerator=Text(en="requests that were approved", zh="获批准的申请"),
        denominator=Text(en="requests decided in the period", zh="统计期内审批的申请"),
        judged_by="period",
        note=Text(
            en="An approval that was taken back counts as refused; what was withdrawn is not in it.",
            zh="撤回的批准按拒绝计；撤回的申请不计。",
        ),
        entries="hub releases register",
    ),
    Definition(
        id="release_decision",
        name=Text(en="Time to decide on a release", zh="调取审批平均时间"),
        unit="s",
        numerator=Text(en="time from asked to decided", zh="申请到审批的时间"),
        denominator=Text(en="requests decided in the period", zh="统计期内审批的申请"),
        numerator_in="s",
        judged_by="period",
        note=Text(en="With the time in which a request was being mended.", zh="含申请补正的时间。"),
        entries="hub releases register",
    ),
    Definition(
        id="release_handed_over",
        name=Text(en="Time to hand recordings over", zh="调取移交平均时间"),
        unit="s",
        numerator=Text(en="time from asked to handed over", zh="申请到移交的时间"),
        denominator=Text(en="packages handed over in the period", zh="统计期内移交的调取包"),
        numerator_in="s",
        judged_by="period",
        entries="hub releases register",
    ),
    Definition(
        id="viewings",
        name=Text(en="Viewings of recordings, a day", zh="每日录像调看次数"),
        unit="count",
        numerator=Text(en="viewings of recordings", zh="录像调看"),
        denominator=_DAYS,
        judged_by="period",
        note=Text(en="Looking at a camera live is not in it.", zh="实时调看不计。"),
        entries="hub releases register",
    ),
    Definition(
        id="register",
        name=Text(en="Archives filled in", zh="一机一档率"),
        numerator=Text(en="required fields that say something", zh="已填写的必填项"),
        denominator=Text(en="required fields", zh="必填项"),
        judged_by="now",
        note=Text(en="As it is now, whatever the period.", zh="为当前值，与统计期无关。"),
        entries="hub assets score",
    ),
)
"""In the order in which they are shown."""

USUAL_TARGETS: tuple[Target, ...] = (
    Target(figure="online_time", good_from=0.98),
    Target(figure="online_probes", good_from=0.98),
    Target(figure="picture_judged", good_from=0.95),
    Target(figure="unwatched", good_to=0.01),
    Target(figure="recording", good_from=0.99),
    Target(figure="alarm_rate", good_to=1.0),
    Target(figure="rounds", good_from=0.95),
)
"""Where the site says nothing. One alarm in ten minutes is what EEMUA 191 and ISA-18.2 call very likely acceptable."""
