"""What went wrong with a camera's stream, in the words of staff."""

from hub.core.text import Text
from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, ProtocolError, Unsupported

NONE = Text(en="")
ENDED = Text(en="The camera ended the stream.", zh="摄像机中断了视频流。")
STILL_REFUSED = Text(
    en="The camera refused the user name or password; it is not asked again before a retry.",
    zh="摄像机拒绝了用户名或密码；在执行“重试”之前不再询问该摄像机。",
)

_SAID: dict[type[DeviceError], str] = {
    AuthRejected: "摄像机拒绝了用户名或密码",
    DeviceUnreachable: "无法从摄像机取得视频流",
    ProtocolError: "摄像机发来的数据无法识别",
    Unsupported: "无法按此方式连接摄像机",
}


def trouble(error: Exception) -> Text:
    """`error` in both languages; the Chinese text gives the device's own words, which have no translation, at its end.

    What is not a `DeviceError` is a fault of ours, of which staff are told its name only.
    """
    if not isinstance(error, DeviceError):
        name = type(error).__name__
        return Text(en=f"Watching failed: {name}.", zh=f"监视程序出错：{name}。")
    told = next((said for cls, said in _SAID.items() if isinstance(error, cls)), "摄像机未能完成操作")
    return Text(en=str(error), zh=f"{told}（{str(error).rstrip('.')}）。")
