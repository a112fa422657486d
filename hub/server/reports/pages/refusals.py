"""Refusals as pages say them, in the reader's language.

The hub speaks English. A sentence of it that is known here is said in Chinese, with what varies in braces; of others
the reader is told the kind of refusal in Chinese and the sentence as it is.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hub.core.text import Language, Text
from hub.errors import CodeWanted, HubError, JournalBlocked, NotAllowed, NotFound, NotSignedIn, SiteError
from hub.server.problems import Malformed, TooManyAttempts

_SAID: tuple[tuple[type[HubError], Text], ...] = (
    (CodeWanted, Text(en="This account asks for a code besides the password.", zh="该账号还需要输入验证码。")),
    (
        NotSignedIn,
        Text(
            en="The name or the password is wrong, or the account is locked for a while after failed attempts.",
            zh="账号或密码错误，或因多次失败暂时锁定。",
        ),
    ),
    (TooManyAttempts, Text(en="There were too many attempts to sign in.", zh="登录尝试过于频繁，请稍后再试。")),
    (NotFound, Text(en="", zh="没有这样的内容。")),
    (NotAllowed, Text(en="", zh="您无权进行此操作，或须先修改密码。")),
    (Malformed, Text(en="", zh="请求无法识别。")),
    (JournalBlocked, Text(en="", zh="日志暂时无法写入，请稍后再试。")),
    (SiteError, Text(en="", zh="暂时无法完成：历史数据仍在统计，页面将自动重试。")),
)

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "That period has not begun yet: it begins on {day}.": "该统计期尚未开始，{day} 起才有数据。",
        "Today is {day}.": "今天是 {day}。",
        "Reports go back {days} days at most.": "报告最多追溯 {days} 天。",
        "Ask for a period that begins on {day} or later.": "请选择 {day} 或之后开始的统计期。",
        "There is no such report.": "没有这样的报告。",
        "There are: {names}.": "可选：{names}。",
        "See the list at /reports.": "见 /reports 中的列表。",
        "There is no such format.": "没有这样的格式。",
        "There is no clause {clause}.": "没有条款 {clause}。",
        "The report is no longer on the hub's disk.": "该报告已不在系统磁盘上。",
        "The report was changed on the hub's disk.": "该报告在系统磁盘上已被改动，不再提供。",
        "Ask for it anew.": "请重新生成。",
        "Other reports are being made.": "正在生成其他报告。",
        "The past is still being counted.": "历史数据仍在统计，页面将自动重试。",
        "Ask again in a moment.": "请稍后再试。",
        "The period has more records than can be read now.": "该时段记录过多，暂时无法读取。",
        "Ask for a shorter period.": "请缩短时段。",
        "Name kinds of records.": "请指明记录种类。",
        "The links of a report do.": "请使用报告中的链接。",
        "The period ends before it begins, or is too long.": "时段的结束早于开始，或时段过长。",
        "{said} is no day.": "{said} 不是日期。",
        "{said} is no day of ours.": "{said} 不在可选日期之内。",
        "It looks like {day}.": "格式如 {day}。",
        "This form was not sent by the hub's own page.": "该表单不是由系统页面提交的。",
        "Open the page of the hub anew.": "请重新打开系统页面。",
        "The form cannot be read.": "表单无法识别。",
        "The password must be changed before anything else.": "须先修改密码。",
        "Change it with `hub people password`, or sign in at the screen.": "用 `hub people password` 或在终端修改。",
        "Kept reports show the whole site, which not everybody may see.": "保存的报告涉及全厂，并非人人可见。",
        "Open the report of the period.": "请打开该统计期的报告。",
    }
)


def said(error: HubError, language: Language) -> tuple[str, str]:
    """What went wrong and the way out."""
    text = next((text for cls, text in _SAID if isinstance(error, cls)), Text(en=""))
    if language == "en":
        return text.en or error.message, error.hint
    if text.en:
        return text.zh, ""
    if (known := _chinese(error.message)) is not None:
        return known, _chinese(error.hint) or error.hint
    return (text.zh, error.message) if text.zh else (error.message, error.hint)


def _chinese(sentence: str) -> str | None:
    """A sentence of the hub in Chinese; None where it is not known."""
    for known, chinese in _SENTENCES.items():
        if (found := _pattern(known).fullmatch(sentence)) is not None:
            return chinese.format(**found.groupdict())
    return None


@cache
def _pattern(known: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", known)
    return re.compile("".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))
