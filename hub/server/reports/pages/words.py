"""The words of the pages, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.core.reports.period import Kind
from hub.core.text import Text

KINDS: Mapping[Kind, Text] = MappingProxyType(
    {
        "daily": Text(en="Daily report", zh="日报"),
        "weekly": Text(en="Weekly report", zh="周报"),
        "monthly": Text(en="Monthly report", zh="月报"),
        "clause": Text(en="Report by clause", zh="条款对照报告"),
    }
)
WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "control_room": Text(en="Camera control room", zh="视频监控室"),
        "period": Text(en="Period", zh="统计期"),
        "not_over": Text(en="not over: counted up to", zh="未结束，统计至"),
        "made": Text(en="Made", zh="生成时间"),
        "up_to_record": Text(en="up to record", zh="截至记录"),
        "of_what": Text(en="Of", zh="范围"),
        "cameras": Text(en="cameras", zh="台摄像机"),
        "camera": Text(en="camera", zh="台摄像机"),
        "comma": Text(en=", ", zh="，"),
        "for": Text(en="as seen by", zh="可见范围"),
        "limited": Text(
            en="It shows only what this person may see, not the whole site.", zh="仅含该人员可见的内容，并非全厂。"
        ),
        "watched": Text(en="Watched", zh="监视时间占比"),
        "judged_from": Text(en="figures are judged from", zh="判定要求不低于"),
        "summary": Text(en="At a glance", zh="概览"),
        "time": Text(en="What the time of all cameras was", zh="全部摄像机时间构成"),
        "good": Text(en="good picture", zh="画面正常"),
        "faulty": Text(en="picture with a fault", zh="画面异常"),
        "not_judged": Text(en="not judged", zh="未诊断"),
        "no_signal": Text(en="no signal", zh="无信号"),
        "unwatched": Text(en="not watched", zh="未监视"),
        "figure": Text(en="Figure", zh="指标"),
        "value": Text(en="Value", zh="数值"),
        "before": Text(en="Before", zh="上期"),
        "target": Text(en="Target", zh="目标"),
        "verdict": Text(en="Verdict", zh="判定"),
        "entries": Text(en="Entries", zh="明细"),
        "clause": Text(en="Clause", zh="条款"),
        "on_record": Text(en="On record", zh="记录数"),
        "nothing": Text(en="Nothing was counted and nothing is on record.", zh="本期无数据、无记录。"),
        "more_rows": Text(en="more; the workbook (XLSX) has all", zh="行未列出，完整内容见 XLSX"),
        "verdicts_title": Text(en="How to read it", zh="阅读说明"),
        "verdicts": Text(
            en="A figure is one number over another, and both are shown. It is judged only when the period is over and "
            "enough of it was watched; until then it is collecting. What is not known counts neither as good nor as "
            "bad. A permit excuses, and takes nothing away. Every figure is counted from the journal: its entries "
            "can be listed.",
            zh="每个指标均为两数之比，分子分母一并列出。统计期结束且监视时间足够时才作判定，此前显示“数据积累中”。"
            "未知的内容既不计为正常，也不计为异常；许可只作说明，不予扣除。所有指标均由日志计算，可列出明细。",
        ),
        "reports": Text(en="Reports", zh="报告"),
        "reports_lead": Text(
            en="Made from the journal the moment you ask. You see what you may see.",
            zh="打开时由日志即时生成，内容以您的权限为限。",
        ),
        "made_reports": Text(en="Made on schedule and kept", zh="定时生成并保存的报告"),
        "none_made": Text(en="None yet.", zh="暂无。"),
        "this": Text(en="so far", zh="本期至今"),
        "one_clause": Text(en="One clause, this month", zh="单项条款（本月）"),
        "previous": Text(en="earlier", zh="上一期"),
        "next": Text(en="later", zh="下一期"),
        "sign_in": Text(en="Sign in", zh="登录"),
        "sign_out": Text(en="Sign out", zh="退出登录"),
        "account": Text(en="Account", zh="账号"),
        "password": Text(en="Password", zh="密码"),
        "code": Text(en="Code, if your account asks for one", zh="验证码（如账号要求）"),
        "sign_in_note": Text(
            en="The account is the one of the control room's screen. Every sign-in is on record.",
            zh="账号与监控室终端相同，每次登录均有记录。",
        ),
        "records": Text(en="Entries on record", zh="日志明细"),
        "time_column": Text(en="Time", zh="时间"),
        "who": Text(en="Who", zh="人员"),
        "the_hub": Text(en="the hub", zh="系统"),
        "what": Text(en="What happened", zh="事件"),
        "about": Text(en="About", zh="对象"),
        "details": Text(en="Details", zh="内容"),
        "number": Text(en="Record", zh="记录号"),
        "no_records": Text(en="There are none in this period.", zh="本期没有此类记录。"),
        "more_records": Text(en="Later ones", zh="后续记录"),
        "back": Text(en="Back to the reports", zh="返回报告列表"),
        "not_possible": Text(en="This cannot be shown", zh="无法显示"),
        "print": Text(en="As a sheet", zh="表格"),
        "language": Text(en="中文", zh="English"),
    }
)
ROLES: Mapping[str, Text] = MappingProxyType(
    {
        "watch_officer": Text(en="watch officer", zh="值班员"),
        "repairer": Text(en="repairer", zh="维修员"),
        "leader": Text(en="leader", zh="负责人"),
        "administrator": Text(en="administrator", zh="管理员"),
        "specialist": Text(en="release specialist", zh="调取专员"),
        "planner": Text(en="planner", zh="规划人员"),
    }
)
