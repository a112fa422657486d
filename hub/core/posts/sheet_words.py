"""The words of the handover sheet, in both languages: it is kept for ever, and read by whoever asks for it later."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hub.core.text import Text

SECTIONS: Mapping[str, Text] = MappingProxyType(
    {
        "alarms": Text(en="Alarms", zh="报警"),
        "tickets": Text(en="Fault tickets", zh="故障单"),
        "permits": Text(en="Permits in force", zh="生效中的许可"),
        "cameras": Text(en="Cameras at fault or not judged", zh="故障或无法判断的摄像机"),
        "rounds": Text(en="Rounds due", zh="待完成的巡检"),
        "releases": Text(en="Releases pending", zh="待处理的录像调取"),
        "log": Text(en="Duty log of the shift", zh="本班值班记录"),
    }
)

CONDITIONS: Mapping[str, Text] = MappingProxyType(
    {
        "critical": Text(en="critical", zh="紧急"),
        "high": Text(en="high", zh="高"),
        "medium": Text(en="medium", zh="中"),
        "low": Text(en="low", zh="低"),
        "unacknowledged": Text(en="unacknowledged", zh="未确认"),
        "acknowledged": Text(en="acknowledged", zh="已确认"),
        "returned": Text(en="returned to normal", zh="已恢复"),
        "cleared": Text(en="cleared", zh="已消除"),
        "shelved": Text(en="shelved", zh="已搁置"),
        "suppressed": Text(en="suppressed", zh="已抑制"),
        "out_of_service": Text(en="out of service", zh="已停用"),
        "signal.lost": Text(en="signal lost", zh="信号丢失"),
        "access.refused": Text(en="access refused", zh="拒绝访问"),
        "signal.stalled": Text(en="signal stalled", zh="信号停顿"),
        "recording.missing": Text(en="not recorded", zh="未录像"),
        "picture.black": Text(en="black", zh="黑屏"),
        "view.obstructed": Text(en="obstructed", zh="遮挡"),
        "view.moved": Text(en="view moved", zh="视角偏移"),
        "picture.frozen": Text(en="frozen", zh="冻结"),
        "picture.damaged": Text(en="decode damage", zh="花屏"),
        "picture.bright": Text(en="too bright", zh="过亮"),
        "picture.dark": Text(en="too dark", zh="过暗"),
        "picture.blurred": Text(en="blurred", zh="模糊"),
        "picture.noisy": Text(en="noise", zh="雪花噪声"),
        "picture.striped": Text(en="stripes", zh="条纹"),
        "picture.flat": Text(en="low contrast", zh="对比度低"),
        "picture.tinted": Text(en="colour cast", zh="偏色"),
        "view.shaking": Text(en="shaking", zh="抖动"),
        "night.unusable": Text(en="night picture of no use", zh="夜间画面不可用"),
        "lens.soiled": Text(en="lens soiled", zh="镜头脏污"),
        "view.overgrown": Text(en="overgrown", zh="植物遮挡"),
    }
)

NOT_JUDGED: Mapping[str, Text] = MappingProxyType(
    {
        "starting": Text(en="not judged: no report yet", zh="无法判断：尚无报告"),
        "worker": Text(en="not judged: its watch restarts", zh="无法判断：监测进程重启中"),
        "learning": Text(en="not judged: its view is being learned", zh="无法判断：正在学习画面"),
        "light": Text(en="not judged: never seen in this light", zh="无法判断：未见过此光照"),
        "view": Text(en="not judged: its view cannot be compared", zh="无法判断：画面无法比对"),
        "moving": Text(en="not judged: it is being steered", zh="无法判断：正在转动"),
    }
)

TICKETS: Mapping[str, Text] = MappingProxyType(
    {
        "open": Text(en="open", zh="待受理"),
        "acknowledged": Text(en="acknowledged", zh="已受理"),
        "assigned": Text(en="assigned", zh="已派工"),
        "arrived": Text(en="repairer at the place", zh="已到场"),
        "waiting": Text(en="waits", zh="等待中"),
        "repaired": Text(en="repaired", zh="已修复"),
        "restored": Text(en="restored", zh="已恢复"),
        "verifying": Text(en="being verified", zh="验证中"),
        "verified": Text(en="verified", zh="已验证"),
    }
)


def join(first: Iterable[Text], *rest: Text) -> Text:
    """`one, two: three, four`: what it is or how it stands, then what is said of it."""
    head, tail = list(first), [text for text in rest if text]
    en = ", ".join(text.in_("en") for text in tail)
    zh = "，".join(text.in_("zh_CN") for text in tail)
    if not head:
        return Text(en=en, zh=zh)
    before_en, before_zh = ", ".join(text.in_("en") for text in head), "，".join(text.in_("zh_CN") for text in head)
    return Text(en=f"{before_en}: {en}" if en else before_en, zh=f"{before_zh}：{zh}" if zh else before_zh)
