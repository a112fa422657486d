"""What the fields of a record are called on the pages: in English by their name, in Chinese by this table."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.core.text import Language

_CHINESE = """
about 对象|about_at 涉及时间|account 账号|adopted 采用|after 之后|after_s 用时（秒）|again 再次提出
again_after 距上次关闭|agency 单位|alarm 报警|alarms 报警|alive_until 最后运行时间|answered 已应答
appeal_until_at 申诉截止|applicant 申请人|approved 批准|archive 归档文件|asked_every_s 要求间隔（秒）|asset 设备
attachments 附件|attempts 尝试次数|away 已转移|bad 异常项|before 之前|began_at 开始时间|blur 遮盖区域|by 操作人
by_asset 新设备|by_s 偏差（秒）|bytes 字节|camera 摄像机|cameras 摄像机|cause 原因|identification 证件号
cells 画面区域|changes 变化|check 抽查
chosen 所选|clause 条款|commission_by_at 投用期限|completed 已完成|consequence 后果|content 内容|copy 可播放副本
corrects 更正|count 数量|covered 遮挡|damaged 损坏|day 日期|day_bytes 每日写入（字节）|days 天数|decision 决定
delay_s 延迟（秒）|department 部门|description 说明|desk 岗位|detail 详情|device 设备|digest 摘要|domain 业务域
domains 业务域|done 完成|due_at 期限|duplicate_of 重复于|early_s 提前（秒）|encrypted 加密|ended 结束方式|entry 记录
estimate_at 预计完成|evidence 证据|extends 延长|file 文件|files 文件|finding 发现|findings 发现|firm 施工单位
first 首条|first_at 最早|folder 文件夹|forecast_at 预测时间|free_bytes 剩余（字节）|from_at 自|gap 缺口|good 正常
grounds 依据|handover 交接班|happened_at 发生时间|have 已有人数|head 链头|how 方式|imported 导入|item 项目
key 签名密钥|kind 类别|kinds 种类|lag_s 滞后（秒）|last 末条|last_at 最晚|last_stop 上次停止|lasting 仍未恢复
late 迟到|late_s 迟到（秒）|leaving 离开时间|letter 公函|letter_number 公函文号|likely_cause 可能原因
looked_s 查看时长（秒）|made_at 生成时间|makers 执行人|manifest 清单|measures 测量值|missing 缺少
missing_s 缺失时长（秒）|month 月份
name 名称|names 姓名|need 应有人数|needed_bytes 需要（字节）|not_possible 无法检查|note 备注|notifier 通知方式
number 编号|off_at 关闭时间|officers 执法人员|on_at 开启时间|once 一次|opened_from 来源|order_by_at 订购期限
package 调取包|parts 部件|party 会签方|patrol 巡视|people 人员|permit 许可|person 人员|photos 照片
picture_every_s 画面间隔（秒）|pictures 画面|place 地点|plugin 插件|points 分值|position 位置|post 岗位
post_name 岗位|present 在岗|priority 优先级|problems 问题|proposal 更换建议|purpose 事由|purposes 事由|reason 原因
receipt 回执|receiver 接收人|recipient 加密接收方|records 记录数|release 调取|relief 接班人员|relief_names 接班人员
removed 已删除|repairer 维修员|replaced_by 替换为|replaced_head 原链头|report 报告|reported 已报告|response 处置
review 考核|right 答对|role 角色|room 监控室|room_bytes 容量（字节）|root 根值|round 巡检|rule 规则|runs 运行次数
scheme 考核方案|score 评分|seconds 时长（秒）|segments 录像段|serial 序列号|sha256 SHA-256|share 占比|sheet 交接单
shift 班次|shift_name 班次|short_at 不足时间|shown 内容|sign_by_at 会签期限|since_at 起始时间|stage 阶段
standing 未恢复|storage 存储|stream 码流|subject 对象|taken_by 接收人|target 目标|team 班组|text 内容
thumbnails 单张画面|ticket 故障单|times 次数|title 标题|to_at 至|took_s 用时（秒）|unit 单位|unseen 未看|until 直至
until_at 截止时间|unwatched_s 无人值守（秒）|values 内容|verdict 判定|version 版本|viewing 调看|visitor 来访人
volume 存储卷|waiting 等待人员|waiting_names 等待人员|weakness 弱点|what 事项|why 原因|within_s 时限（秒）|work 作业
without_recorders 不查询录像机|worker 监视进程
secrets 含密码|user 系统用户
"""
CHINESE: Mapping[str, str] = MappingProxyType(
    dict(pair.split(" ", 1) for line in _CHINESE.split("\n") for pair in line.split("|") if pair)
)
_VALUES: Mapping[str, str] = MappingProxyType(
    {
        "True": "是",
        "False": "否",
        "production": "安全生产",
        "security": "保卫",
        "external": "对外提供",
        "internal": "内部使用",
        "recording": "录像",
        "live": "实时",
        "closed": "本人关闭",
        "idle": "长时间无操作",
        "signed_out": "退出登录",
        "withdrawn": "权限取消",
        "hub": "系统停止",
    }
)
"""Words that some fields hold, in Chinese."""
_OF_WORDS = frozenset({"domain", "domains", "kind", "shown", "ended"})


def field_name(name: str, language: Language) -> str:
    """What a field is called; one that is not known is shown by its name."""
    return name.replace("_", " ") if language == "en" else CHINESE.get(name, name)


def field_value(name: str, value: str, language: Language) -> str:
    """A field's value, where it is a word that everybody should be able to read."""
    if name.endswith("bytes") and value.isdigit():
        return f"{int(value):,}"
    if value in ("True", "False") and language == "en":
        return "yes" if value == "True" else "no"
    known = name in _OF_WORDS or value in ("True", "False")
    return _VALUES.get(value, value) if known and language != "en" else value
