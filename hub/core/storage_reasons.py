"""Why a storage, or the disk of recordings, cannot be used: what the hub and its plugins say in English, in both
languages. What is not known here stays as it was said: a reason in English is better than none."""

import re
from collections.abc import Mapping

from hub.core.text import Text

WHYS: Mapping[str, str] = {
    "it is full": "已写满",
    "it can only be read": "只能读取，不能写入",
    "it reports an input/output error": "报告读写错误",
    "the hub's user may not write there": "运行系统的账户无权写入",
    "it is not a folder": "不是文件夹",
    "its disk is not mounted": "磁盘未挂载",
    "the folder is not there": "文件夹不存在",
    "the share was taken away": "共享已被撤除",
    "its server is down": "服务器已停机",
    "its server is gone": "与服务器的连接已中断",
    "it does not answer": "无应答",
    "it cannot be reached": "无法连接",
    "it did not answer in time": "未按时应答",
    "the connection broke": "连接中断",
    "Disk quota exceeded": "已超出磁盘配额",
    "No space left on device": "已写满",
    "Permission denied": "无权访问",
    "Stale file handle": "共享已被撤除",
    "Host is down": "服务器已停机",
    "No route to host": "网络不可达",
    "Input/output error": "报告读写错误",
}
"""What is the matter with a place."""

SENTENCES: Mapping[str, str] = {
    "The storage {name} does not answer": "存储 {name} 无应答",
    "The storage {name} did not answer in time": "存储 {name} 未按时应答",
    "The storage {name} cannot be used: {why}": "存储 {name} 无法使用：{why}",
    "The storage {name} broke: {why}": "存储 {name} 的插件出错：{why}",
    "The storage {name} holds {file} otherwise than it was sent": "存储 {name} 中的 {file} 与送存的内容不一致",
    "{where} is another disk than the one that was used before": "{where} 不是原先使用的磁盘",
    "The certificate of {where} is not trusted": "{where} 的证书不受信任",
    "There is no {where}": "{where} 不存在",
    "{where} refused the keys ({code})": "{where} 拒绝了访问密钥（{code}）",
    "{where} refused it: {code}": "{where} 拒绝了请求：{code}",
    "{where} offers object lock and does not say that {file} is locked": "{where} 提供对象锁定，但未表明 {file} 已锁定",
    "{where} answered something else than a list": "{where} 未按对象列表应答",
    "It is not in use: see hub.toml and its plugin": "未启用：见 hub.toml 及其插件",
    "It cannot be written: see the alarms": "无法写入：见报警",
    "{where}: {why}": "{where}：{why}",
}
"""Whole sentences, the more exact ones first."""


def reason_in_words(said: str) -> Text:
    """A reason in both languages, without a full stop at its end.

    >>> reason_in_words("/srv/nas: its disk is not mounted.").zh
    '/srv/nas：磁盘未挂载'
    """
    plain = said.strip().rstrip(".")
    return Text(en=plain, zh=WHYS.get(plain) or _sentence(plain) or plain)


def _sentence(plain: str) -> str:
    for english, chinese in SENTENCES.items():
        found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(english)), plain)
        if found is None:
            continue
        parts = found.groupdict()
        if "why" in parts:
            where, why = plain[: found.start("why")], plain[found.start("why") :]
            # Places hold colons themselves, as `http://nas:9000` does: what is the matter comes last.
            head, colon, tail = why.rpartition(": ")
            if english.startswith("{where}") and colon:
                parts |= {"where": where.removesuffix(": ") + ": " + head, "why": tail}
            parts["why"] = WHYS.get(parts["why"], parts["why"])
        return chinese.format(**parts)
    return ""
