"""What a record is about, as a report calls it."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.core.duty.words import name_of
from hub.core.state import State
from hub.core.text import Text

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "account": Text(en="account", zh="账号"),
        "device": Text(en="device", zh="设备"),
        "handover": Text(en="handover", zh="交接班"),
        "notifier": Text(en="notifier", zh="通知方式"),
        "permit": Text(en="permit", zh="许可"),
        "plugin": Text(en="plugin", zh="插件"),
        "release": Text(en="release", zh="调取"),
        "review": Text(en="review", zh="考核"),
        "round": Text(en="round", zh="巡检"),
        "rule": Text(en="rule", zh="规则"),
        "swap": Text(en="change of shifts", zh="换班"),
        "ticket": Text(en="ticket", zh="故障单"),
        "volume": Text(en="volume", zh="存储卷"),
        "worker": Text(en="worker", zh="监视进程"),
    }
)
"""What is known by its number or name alone."""


def subject_name(camera: str | None, subject: str, names: Mapping[str, Text], state: State) -> Text:
    """A name for `camera:gate-1`, `post:desk`, `place:desk wang`, `asset:SW-1`; what has none, as it is written.

    `names`: of the cameras that the reader may see.
    """
    kind, _, key = subject.partition(":")
    if camera or kind == "camera":
        known = camera or key
        return names.get(known, Text(en=known))
    match kind:
        case "post":
            return _post(key, state)
        case "place":
            post, _, person = key.partition(" ")
            where, who = _post(post, state), name_of(state.duty.file, person)
            return Text(en=f"{where.in_('en')}, {who.in_('en')}", zh=f"{where.in_('zh_CN')}，{who.in_('zh_CN')}")
        case "asset":
            asset = state.assets.by_id.get(key)
            return Text(en=f"{asset.name} ({key})" if asset is not None and asset.name != key else key)
        case _ if kind in KINDS and key:
            return Text(en=f"{KINDS[kind].en} {key}", zh=f"{KINDS[kind].zh} {key}")
        case _:
            return Text(en=subject)


def _post(key: str, state: State) -> Text:
    found = state.duty.file.post(key)
    return found.name if found is not None else Text(en=key)
