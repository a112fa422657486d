"""Refusals as pages say them, in the reader's language."""

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


def said(error: HubError, language: Language) -> tuple[str, str]:
    """What went wrong and the way out. Where a refusal has no words of its own in Chinese, the English ones follow."""
    text = next((text for cls, text in _SAID if isinstance(error, cls)), Text(en=""))
    if language == "en":
        return text.en or error.message, error.hint
    return (text.zh, error.message if not text.en else "") if text.zh else (error.message, error.hint)
