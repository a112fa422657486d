"""Why a device could not be asked, or did not do what it was told: what the hub and its plugins say in English, in both
languages. What is not known here stays as it was said; a device's own words stay in its own language, and are marked
as such. Pure.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from hub.core.text import Text

LINE: Mapping[str, str] = {
    # The line, and signing in: hub/devices.
    "The device did not answer in the time that the call has.": "设备未在规定时间内应答。",
    "The call to the device did not come back before its deadline.": "对设备的调用未在期限内返回。",
    "The line to the device was closed.": "与设备的连接已由系统关闭。",
    "No connection to {where} within {n} seconds.": "{n} 秒内无法连接到 {where}。",
    "No connection to {where}: {why}.": "无法连接到 {where}：{why}。",
    "The device was silent for too long.": "设备长时间没有响应。",
    "The connection to the device broke.": "与设备的连接中断。",
    "The device closed the connection before its answer was complete.": "设备在应答完成之前断开了连接。",
    "The device does not answer with HTTP.": "设备的应答不是 HTTP。",
    "Check the port and `tls`.": "请检查端口和 `tls`。",
    "The address or a header of the request cannot be sent as it is.": "请求的地址或头部无法照原样发送。",
    "The exchange with the device failed ({kind}).": "与设备的通信失败（{kind}）。",
    "The name {host} is not known.": "无法解析主机名 {host}。",
    "Check `host`, and that the hub's machine can resolve names.": "请检查 `host`，并确认系统所在主机能解析域名。",
    "TLS could not be agreed on with the device: {why}.": "与设备协商 TLS 失败：{why}。",
    "Check the port and `tls`; very old devices know no TLS that is safe.": (
        "请检查端口和 `tls`；很旧的设备不支持安全的 TLS。"
    ),
    "Another request to the device is still signing in.": "对该设备的另一请求正在登录。",
    "The device wants a sign-in for this.": "设备要求登录后才能进行此操作。",
    "The device refuses the name or the password: {why}.": "设备拒绝了用户名或密码：{why}。",
    "The device refuses the name or the password: {why}": "设备拒绝了用户名或密码：{why}。",
    "The device refuses the name or the password.": "设备拒绝了用户名或密码。",
    "It is not asked again until somebody says so or the password is another, so that no account is locked.": (
        "在有人要求重试或更改密码之前不再访问，以免账户被锁定。"
    ),
    "Check `user` and `password` of the device, then ask again.": "请检查该设备的 `user` 和 `password`，再重试。",
    "The device asks for a sign-in of a kind that the hub does not know.": "设备要求的登录方式系统不支持。",
    "Switch digest authentication on in the device.": "请在设备上启用摘要认证（digest）。",
    "The device asks for a name and a password, and none are given.": "设备要求用户名和密码，而配置中没有。",
    "The name or the password holds a control character.": "用户名或密码含有控制字符。",
    "The device wants the password unprotected (Basic without TLS), where anybody on the network can read it.": (
        "设备要求明文发送密码（无 TLS 的 Basic），网络上任何人都能看到。"
    ),
    "Switch TLS or digest authentication on in the device, then set `tls = true`.": (
        "请在设备上启用 TLS 或摘要认证，然后设置 `tls = true`。"
    ),
    "The device refuses this, and goes on accepting the name and the password.": (
        "设备拒绝此操作，但仍接受该用户名和密码。"
    ),
    "Give the account the right to it in the device.": "请在设备上给该账户相应权限。",
    "The device's certificate is not trusted: {why}.": "设备证书不受信任：{why}。",
    "Its SHA-256 fingerprint is {shown}.": "其 SHA-256 指纹为 {shown}。",
    "The device's certificate has the SHA-256 fingerprint {shown}, and {expected} is expected.": (
        "设备证书的 SHA-256 指纹为 {shown}，应为 {expected}。"
    ),
    "Compare the fingerprint on the device itself and write it as `tls_fingerprint`, or name the authority's "
    "certificate as `ca_file`.": (
        "请与设备本机显示的指纹核对后写入 `tls_fingerprint`，或用 `ca_file` 指定签发机构的证书。"
    ),
    "Somebody may stand in between. If the device has a new certificate, compare the fingerprint on the device itself "
    "and write it as `tls_fingerprint`.": (
        "可能有人在中间冒充设备。如果设备换了新证书，请与设备本机显示的指纹核对后写入 `tls_fingerprint`。"
    ),
    "The device has shown no certificate.": "设备没有出示证书。",
    "The device's certificate cannot be read.": "设备证书无法读取。",
    "The device's answer is larger than {n} bytes.": "设备的应答超过 {n} 字节。",
    "The device's answer is compressed, and damaged.": "设备的应答经过压缩，且已损坏。",
    "The device's answer is compressed, and not complete.": "设备的应答经过压缩，且不完整。",
    "The device encodes its answer in a way that it was not asked for.": "设备用了未要求的方式编码应答。",
    "The device compresses a stream although it was asked not to.": "设备压缩了数据流，而系统要求不压缩。",
    "It failed several times; it is asked again in {n} s.": "已多次失败，{n} 秒后再试。",
    "{device} is no device that the hub can ask.": "{device} 不是系统能访问的设备。",
    "The device {device} is not attended to.": "系统目前不管理设备 {device}。",
    "The device's certificate has {n} bytes.": "设备证书有 {n} 字节，过大。",
    "There is: {names}.": "现有：{names}。",
    "Devices of this kind have no {what} that the hub knows.": "系统不了解此类设备的 {what}。",
    "What the device gave is not a JPEG picture.": "设备给出的不是 JPEG 图片。",
    "The picture is larger than {n} MB.": "图片超过 {n} MB。",
    "The device says that the camera has no stream.": "设备称该摄像机没有码流。",
    "The camera has no {name} stream.": "摄像机没有 {name} 码流。",
    "The device gave an address of a stream that the hub does not open.": "设备给出的码流地址系统不予打开。",
    "The device gave an address of a stream that is none.": "设备给出的码流地址无效。",
    "hub.toml does not allow the hub to turn it.": "hub.toml 不允许系统转动它。",
    'Add "preset" to its `allow`.': '请在其 `allow` 中加入 "preset"。',
    "The clock of devices of this kind cannot be set by the hub.": "系统不能校准此类设备的时钟。",
    "Its clock is still {n} s off after it was set.": "校时之后时钟仍偏差 {n} 秒。",
    "Devices of this kind cannot be restarted by the hub.": "系统不能重启此类设备。",
    "The device takes its time from a time server.": "设备由时间服务器校时。",
    "Have that server, or the device's way to it, mended.": "请检修该服务器，或设备到它的网络。",
    "The device told no settings at all.": "设备没有给出任何参数。",
    "The plugin {plugin} broke while it asked the device: {why}": "插件 {plugin} 在访问设备时出错：{why}",
}
"""Said by the hub of any device."""

TAXONOMY: Mapping[str, str] = {
    # Locked, not activated, refused.
    "The device has locked the account.": "设备已锁定该账户。",
    "The device has locked the account: {said} ({what}, HTTP {status}).": (
        "设备已锁定该账户：设备原文“{said}”（{what}，HTTP {status}）。"
    ),
    "The device has locked the account: {said}.": "设备已锁定该账户：设备原文“{said}”。",
    "The device has locked the account after failed attempts.": "因登录失败次数过多，设备已锁定该账户。",
    "Wait until it opens again, then check the password.": "请等待解锁，再检查密码。",
    "Wait as long as its settings say (usually 5 to 30 minutes), then correct the password.": (
        "请等待设备设定的时间（一般 5 至 30 分钟），再更正密码。"
    ),
    "Wait, then correct the password.": "请稍候，再更正密码。",
    "The device has no password yet: {said} ({what}, HTTP {status}).": (
        "设备尚未激活（未设置密码）：设备原文“{said}”（{what}，HTTP {status}）。"
    ),
    "The device has no password yet.": "设备尚未激活（未设置密码）。",
    "Activate it with its maker's tool, then try again.": "请用厂家工具激活设备，再重试。",
    "The device refused the account: {said}.": "设备拒绝了该账户：设备原文“{said}”。",
    "The device refused the account.": "设备拒绝了该账户。",
    "Check name and password.": "请检查用户名和密码。",
    "A Reolink device wants the password itself, which is not sent without TLS.": (
        "Reolink 设备要求密码本身，没有 TLS 时不发送。"
    ),
    "Switch HTTPS on in the device and set `tls = true`; on a network that is the cameras' own, `unprotected = true` "
    "would do.": "请在设备上启用 HTTPS 并设置 `tls = true`；在摄像机专用网络中也可用 `unprotected = true`。",
    "The device has ended the sign-in; it is made anew.": "设备已结束登录，正在重新登录。",
    "The device forgets its own sign-in at once.": "设备随即又否认自己的登录。",
    "The device gave no token.": "设备没有给出令牌。",
    # Rights.
    "The account may not do this: {said}.": "该账户无权进行此操作：设备原文“{said}”。",
    "The account may not do this on the device: {said}.": "该账户在设备上无权进行此操作：设备原文“{said}”。",
    "The device refuses this (HTTP 403): the account may not, or the device cannot.": (
        "设备拒绝（HTTP 403）：账户无权，或设备不支持。"
    ),
    "The device refuses this (HTTP 403).": "设备拒绝（HTTP 403）。",
    "Give the account on the device the right to it; the plugin's README.md lists them.": (
        "请在设备上给该账户相应权限；所需权限见插件的 README.md。"
    ),
    "Give the account the right to it.": "请给该账户相应权限。",
    "Give the account the right to read them.": "请给该账户读取的权限。",
    "Give the account the right to read the settings.": "请给该账户读取参数的权限。",
    "README.md of hub_dahua says which rights the account needs.": "该账户所需权限见 hub_dahua 的 README.md。",
    "The device does not let this account ask for {what}, or does not know the question.": (
        "设备不允许该账户查询 {what}，或不支持此查询。"
    ),
    "The device does not let this account {what}; it was not asked again.": "设备不允许该账户进行 {what}，未再询问。",
    "The device does not let this account {what}: {said}": "设备不允许该账户进行 {what}：设备原文“{said}”",
    "The account is not a viewer of the device.": "该账户不是设备的查看者。",
    "The account is not an operator of the device.": "该账户不是设备的操作员。",
    "The account is not an administrator of the device.": "该账户不是设备的管理员。",
    "The account is not {role} of the device.": "该账户在设备上没有所需的角色（{role}）。",
    "The account may not use {what}.": "该账户无权使用 {what}。",
    "The account may not see {what}.": "该账户无权查看 {what}。",
    "The account may not read the device's events.": "该账户无权读取设备的事件。",
    "Give it that role on the device's own page.": "请在设备自身的网页上给它该角色。",
    "Make it an operator or administrator on the device's own page.": "请在设备自身的网页上将其设为操作员或管理员。",
    "Make it an operator or administrator there.": "请在设备上将其设为操作员或管理员。",
    "Make it an administrator there.": "请在设备上将其设为管理员。",
    "Give it the right to view on the camera.": "请在摄像机上给它查看权限。",
    "The device tells this account none of its settings.": "设备不向该账户提供任何参数。",
    "The device does not tell this account its time zone, without which its clock cannot be judged.": (
        "设备不向该账户提供时区，因此无法判断其时钟。"
    ),
    # Busy, and failed by itself.
    "The device is busy.": "设备正忙。",
    "The device is busy: {said} ({what}, HTTP {status}).": ("设备正忙：设备原文“{said}”（{what}，HTTP {status}）。"),
    "The device is busy: {said}.": "设备正忙：设备原文“{said}”。",
    "The device is busy (HTTP {status}).": "设备正忙（HTTP {status}）。",
    "The device is busy ({status}) and does not tell {what} now.": "设备正忙（{status}），暂时不提供 {what}。",
    "The device has no time for {what} now (HTTP {status}).": "设备正忙，暂时不提供 {what}（HTTP {status}）。",
    "The camera has no time now (HTTP {status}).": "摄像机正忙（HTTP {status}）。",
    "The device has no room for another listener: {said}.": "设备的事件订阅已满：设备原文“{said}”。",
    "The device failed by itself: {said}.": "设备自身出错：设备原文“{said}”。",
    "The device failed at {what} (HTTP {status}).": "设备处理 {what} 时出错（HTTP {status}）。",
    "The device reports a fault of its own: {said}.": "设备报告自身故障：设备原文“{said}”。",
    "The device says that it failed: {said}.": "设备报告失败：设备原文“{said}”。",
    "It may help to restart it.": "重启设备可能有帮助。",
    # Not there, not known, not done.
    "The device does not do this: {said}.": "设备不支持此操作：设备原文“{said}”。",
    "The device cannot do this: {said}.": "设备不支持此操作：设备原文“{said}”。",
    "The device does not know this call: {said}.": "设备不支持此调用：设备原文“{said}”。",
    "The device does not know this call (HTTP {status}).": "设备不支持此调用（HTTP {status}）。",
    "The device does not have {what}.": "设备没有 {what}。",
    "The camera does not have {what}.": "摄像机没有 {what}。",
    "The device does not tell {what}.": "设备不提供 {what}。",
    "The device does not give {what}.": "设备不给出 {what}。",
    "The device has no ONVIF service for {service}.": "设备没有 {service} 的 ONVIF 服务。",
    "The device names no ONVIF service that is known.": "设备没有列出任何已知的 ONVIF 服务。",
    "The device refused the values: {said}.": "设备不接受这些值：设备原文“{said}”。",
    "The device refused {what}: {said} (HTTP {status}).": "设备拒绝了 {what}：设备原文“{said}”（HTTP {status}）。",
    "The device refused {what} (HTTP {status}).": "设备拒绝了 {what}（HTTP {status}）。",
    "The device refused {command} without saying why.": "设备拒绝了 {command}，未说明原因。",
    "The device refused: {said}.": "设备拒绝：设备原文“{said}”。",
    "The device refused {what}.": "设备拒绝了 {what}。",
    "The device did not confirm {what}.": "设备没有确认 {what}。",
    "Compare with what its own page allows.": "请与设备自身网页允许的值比较。",
    "The device does it after a restart: {said} ({what}, HTTP {status}).": (
        "设备重启后才生效：设备原文“{said}”（{what}，HTTP {status}）。"
    ),
    "The device does it after a restart.": "设备重启后才生效。",
    "Restart the device.": "请重启设备。",
    "The device takes its time from NTP.": "设备由 NTP 校时。",
    "The device takes its time from an NTP server, or does not say from where.": (
        "设备由 NTP 服务器校时，或未说明来源。"
    ),
    "Look at its NTP servers.": "请检查其 NTP 服务器。",
    "Look at its NTP servers; setting it by hand would not last.": "请检查其 NTP 服务器；手动校时不会持久。",
    "Correct its time server, or turn NTP off on the device.": "请更正其时间服务器，或在设备上关闭 NTP。",
    "Correct that server, or the device's setting NTP.": "请更正该服务器，或设备的 NTP 设置。",
    "Correct that server.": "请更正该服务器。",
    "See that its time server is right and can be reached.": "请确认其时间服务器正确且可以连接。",
    # Streams, pictures, steering.
    "There is no channel {n}.": "没有通道 {n}。",
    "The device has no channel {n}.": "设备没有通道 {n}。",
    "The device has {n} channels, and no channel {channel}.": "设备有 {n} 个通道，没有通道 {channel}。",
    "Channels are counted from 1.": "通道从 1 开始编号。",
    "Channels count from 1; ask for its channels.": "通道从 1 开始编号；请查询其通道。",
    "Channels are counted from 1 in the order of the device's video sources.": "通道按设备视频源的顺序从 1 编号。",
    "The device lists no channel at all.": "设备没有列出任何通道。",
    "The device names no channel.": "设备没有列出任何通道。",
    "The device lists no camera.": "设备没有列出任何摄像机。",
    "The device has no picture source.": "设备没有视频源。",
    "The device lists no stream for channel {n}.": "设备没有列出通道 {n} 的码流。",
    "The device describes no stream of channel {n}.": "设备没有说明通道 {n} 的码流。",
    "The device has no main stream for channel {n}.": "设备没有通道 {n} 的主码流。",
    "Channel {n} of the device has no profile with a picture and an encoder.": (
        "设备的通道 {n} 没有带图像和编码器的配置（profile）。"
    ),
    "The device tells of {n} profiles, and none of them has a picture and an encoder.": (
        "设备列出 {n} 个配置（profile），没有一个带图像和编码器。"
    ),
    "Look on the device's own page whether ONVIF streams are set up.": (
        "请在设备自身的网页上检查是否配置了 ONVIF 码流。"
    ),
    "Look at the number of the channel.": "请检查通道号。",
    "Enable it on the device.": "请在设备上启用它。",
    "RTSP is switched off on the device.": "设备上的 RTSP 已关闭。",
    "RTSP is switched off in the device.": "设备上的 RTSP 已关闭。",
    "Switch it on: System, Network, RTSP.": "请启用：系统 > 网络 > RTSP。",
    "Switch it on in its network settings.": "请在其网络设置中启用。",
    "The device gave no whole picture.": "设备没有给出完整的图片。",
    "The camera gave no whole picture.": "摄像机没有给出完整的图片。",
    "The device gave something that is no JPEG picture.": "设备给出的不是 JPEG 图片。",
    "The device's picture is not a whole JPEG.": "设备的图片不是完整的 JPEG。",
    "The device's picture is no JPEG. It begins with: {head}": "设备的图片不是 JPEG。开头为设备原文“{head}”",
    "The camera cannot be steered.": "该摄像机没有云台。",
    "Channel {n} of the device cannot be steered.": "设备的通道 {n} 没有云台。",
    "The camera has no preset {name}.": "摄像机没有预置位 {name}。",
    "The device has no preset named {name}.": "设备没有名为 {name} 的预置位。",
    "The device has several presets named {name}.": "设备有多个名为 {name} 的预置位。",
    "Look at its presets.": "请查看其预置位。",
    "Give the preset by its id.": "请按编号指定预置位。",
    "The device does not tell where it points.": "设备不提供云台位置。",
    "The device does not tell where the camera points.": "设备不提供云台位置。",
    # Answers that cannot be understood.
    "The device answered with HTTP {status}.": "设备应答 HTTP {status}。",
    "The device answered {what} with HTTP status {status} and: {head}.": (
        "设备对 {what} 应答 HTTP {status}，设备原文“{head}”。"
    ),
    "The device answered {what} with HTTP status {status}.": "设备对 {what} 应答 HTTP {status}。",
    "The device answered {status} when it was asked for {what}.": "查询 {what} 时设备应答 {status}。",
    "The device answered with a status nobody knows: {said}.": "设备应答了未知的状态：设备原文“{said}”。",
    "The device answered {what} with an empty body.": "设备对 {what} 的应答为空。",
    "The device answered {what} with an empty envelope.": "设备对 {what} 的应答为空信封。",
    "The device's answer is empty.": "设备的应答为空。",
    "The device's answer to {what} is not XML: {why} It begins with: {head}": (
        "设备对 {what} 的应答不是 XML：{why}开头为设备原文“{head}”"
    ),
    "The device's answer to {what} is not a SOAP envelope. It begins with: {head}": (
        "设备对 {what} 的应答不是 SOAP 信封。开头为设备原文“{head}”"
    ),
    "The device's answer to {what} holds a document type, which is refused. It begins with: {head}": (
        "设备对 {what} 的应答含有文档类型声明，不予接受。开头为设备原文“{head}”"
    ),
    "The device's XML cannot be read ({why}): {head}": "设备的 XML 无法读取（{why}）：设备原文“{head}”",
    "The device answered with nothing where {what} was expected.": "设备应答为空，应为 {what}。",
    "The device answered with {said} where {what} was expected.": "设备应答了设备原文“{said}”，应为 {what}。",
    "The device answered with a page instead of data.": "设备应答了网页而不是数据。",
    "The device did not answer with lines of `key=value`.": "设备没有按 `key=value` 的格式应答。",
    "The device's answer is not well-formed XML.": "设备的应答不是格式正确的 XML。",
    "The device's answer is not the JSON that was expected.": "设备的应答不是预期的 JSON。",
    "The device did not answer {command} with JSON.": "设备对 {command} 的应答不是 JSON。",
    "The device's answer to {command} is not in its usual form.": "设备对 {command} 的应答不是通常的格式。",
    "The device answered with bytes that are no text.": "设备应答的不是文本。",
    "The device's time cannot be read.": "设备的时间无法读取。",
    "The device's time cannot be.": "设备的时间不合理。",
    "The device does not say what it is.": "设备没有说明自己是什么。",
    "The device says nothing of itself: no maker, no model, no serial number.": (
        "设备没有说明自己是什么：没有厂家、型号和序列号。"
    ),
    "The device's description names neither model nor serial number.": "设备的描述中既没有型号也没有序列号。",
    "The device says neither its type nor its serial number.": "设备既没有说明类型也没有序列号。",
    "The device says neither its model nor its serial number.": "设备既没有说明型号也没有序列号。",
    "The device sends us to another address, which is not followed.": "设备要求转到另一地址，未予跟随。",
    "The device sends {what} elsewhere.": "设备要求到别处取 {what}。",
    "It may want HTTPS: set `tls = true`.": "可能需要 HTTPS：请设置 `tls = true`。",
    "It probably wants HTTPS: set `tls = true` and the certificate's fingerprint.": (
        "可能需要 HTTPS：请设置 `tls = true` 和证书指纹。"
    ),
    "It may be a web page: is this the port of the ONVIF service?": "可能是网页：这是 ONVIF 服务的端口吗？",
    "Is this the port and the path of the ONVIF service?": "这是 ONVIF 服务的端口和路径吗？",
    "Is this a Dahua device, and is the port that of its web page?": "这是大华设备吗？端口是其网页的端口吗？",
    "Is this a Reolink device, with its HTTP API on?": "这是 Reolink 设备并已启用 HTTP API 吗？",
    "Is its HTTP API on? Network, Advanced, Port Settings.": "其 HTTP API 是否已启用？网络 > 高级 > 端口设置。",
    "Is it an Axis device?": "这是安讯士（Axis）设备吗？",
    "Is the path right?": "路径是否正确？",
    "The device has ended its event stream.": "设备结束了事件流。",
    "The device has ended its stream of events.": "设备结束了事件流。",
    "The device ended the subscription to its events.": "设备结束了事件订阅。",
}
"""Said by plugins. `{said}` and `{head}` are the device's own words."""

SENTENCES: Mapping[str, str] = {**LINE, **TAXONOMY}

WHYS: Mapping[str, str] = {
    "the account is locked": "账户已锁定",
    "it has locked the account": "账户已锁定",
    "it was refused": "连接被拒绝",
    "Connection refused": "连接被拒绝",
    "Connection reset by peer": "连接被重置",
    "Connection timed out": "连接超时",
    "No route to host": "没有到达主机的路由",
    "Network is unreachable": "网络不可达",
    "Host is down": "主机已停机",
    "Permission denied": "无权访问",
    "it was closed while TLS was agreed on": "协商 TLS 时连接被关闭",
    "the connection was closed": "连接被关闭",
    "no reason given": "未说明原因",
    "self-signed certificate": "自签名证书",
    "certificate has expired": "证书已过期",
    "unable to get local issuer certificate": "找不到签发者的证书",
    "wrong version number": "对方使用的不是 TLS",
    "unsupported protocol": "不支持的协议版本",
}
"""What the system says, where it stands within a sentence."""

_VARIES = re.compile(r"\{(\w+)\}")
_ENDS = re.compile(r"(?<=[.?!])\s")
_LONGEST = 1000
_CHINESE_FROM = "\u2e7f"


@lru_cache(1024)
def reason_in_both(said: str) -> Text:
    """A reason of one sentence or several, in both languages.

    >>> reason_in_both("The device has locked the account: userLocked. Check name and password.").zh
    '设备已锁定该账户：设备原文“userLocked”。请检查用户名和密码。'
    """
    rest, chinese = said[:_LONGEST].strip(), ""
    while rest:
        head, words = _first(rest)
        chinese += f" {words}" if chinese and chinese[-1] < _CHINESE_FROM else words
        rest = rest[len(head) :].lstrip()
    return Text(en=said, zh=chinese)


def _first(rest: str) -> tuple[str, str]:
    """The beginning of it up to what is a sentence of its own, and its Chinese; else the first sentence as it is.

    A device's own words may end sentences as well: where what follows is not known, it may be theirs.
    """
    ends = [found.start() for found in _ENDS.finditer(rest)] + [len(rest)]
    known = [(rest[:end], words) for end in ends if (words := _sentence(rest[:end]))]
    for head, words in known:
        after = rest[len(head) :].lstrip()
        if not after or any(_sentence(after[: found.start()]) for found in _ENDS.finditer(f"{after} ")):
            return head, words
    return known[-1] if known else (rest[: ends[0]], rest[: ends[0]])


def _sentence(sentence: str) -> str:
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return chinese.format(**{name: _part(name, part) for name, part in found.groupdict().items()})
    return ""


def _part(name: str, part: str) -> str:
    """A part of a sentence; why something happened may be a sentence itself, without its full stop."""
    return WHYS.get(part) or (_sentence(f"{part}.").removesuffix("。") if name == "why" else "") or part


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """What sentences look like, and their Chinese; those with most words of their own first."""
    ordered = sorted(SENTENCES.items(), key=lambda known: -len(_VARIES.sub("", known[0])))
    return [(_pattern(english), chinese) for english, chinese in ordered]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _VARIES.split(english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)), re.DOTALL
    )
