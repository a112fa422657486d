"""What devices report and what is weak about them, in both languages: the maker's own word follows it."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.core.devices.events import ReportKind
from hub.core.text import Text

REPORTS: Mapping[ReportKind, Text] = MappingProxyType(
    {
        "tamper": Text(en="tampering", zh="被破坏或遮挡"),
        "scene-change": Text(en="a changed scene", zh="场景变更"),
        "video-loss": Text(en="lost video", zh="视频丢失"),
        "defocus": Text(en="a blurred picture", zh="画面虚焦"),
        "too-dark": Text(en="a dark picture", zh="画面过暗"),
        "too-bright": Text(en="a bright picture", zh="画面过亮"),
        "motion": Text(en="motion", zh="移动"),
        "disk-error": Text(en="a disk fault", zh="硬盘故障"),
        "disk-full": Text(en="a full disk", zh="硬盘已满"),
        "disk-missing": Text(en="a missing disk", zh="硬盘缺失"),
        "recording-failed": Text(en="failed recording", zh="录像失败"),
        "network": Text(en="a fault of the network", zh="网络异常"),
        "illegal-access": Text(en="refused sign-ins", zh="非法登录"),
        "clock-changed": Text(en="a changed clock", zh="时钟被更改"),
        "temperature": Text(en="heat", zh="温度异常"),
        "fan": Text(en="a fault of a fan", zh="风扇异常"),
        "power": Text(en="a fault of its power", zh="电源异常"),
        "rebooted": Text(en="a restart", zh="重启"),
        "ptz-moved": Text(en="a turned camera", zh="云台转动"),
        "input": Text(en="an alarm input", zh="报警输入"),
        "other": Text(en="something else", zh="其他情况"),
    }
)
WEAKNESSES: Mapping[str, Text] = MappingProxyType(
    {
        "event-off": Text(en="it does not send the event", zh="不上报事件"),
        "default-password": Text(en="it has the maker's password", zh="使用出厂密码"),
        "weak-password": Text(en="it has a weak password", zh="密码过弱"),
        "shared-password": Text(en="another device has the same password", zh="与其他设备共用密码"),
        "no-password": Text(en="it has no password", zh="没有密码"),
        "open-service": Text(en="it has an open service:", zh="开放了服务："),
        "other": Text(en="it is not set up safely:", zh="设置不安全："),
    }
)


def named(word: str, meaning: Text) -> Text:
    """The maker's own word, and in brackets what it means; a meaning in one language serves both."""
    in_chinese = meaning.zh or meaning.en
    return Text(
        en=f"{word} ({meaning.en})" if meaning.en else word, zh=f"{word}（{in_chinese}）" if in_chinese else word
    )


def with_detail(words: Text, *details: Text | str) -> Text:
    """The words in both languages, and what follows them: a text, or what the device itself said, which is in one."""
    en, zh = [words.en], [words.zh]
    for detail in details:
        said = Text(en=detail) if isinstance(detail, str) else detail
        en.append(said.en)
        zh.append(said.zh or said.en)
    return Text(en=" ".join(filter(None, en)), zh=" ".join(filter(None, zh)))
