"""The clauses of the regulation that a rule may name, with a few words on each."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.core.text import Text

CLAUSES: Mapping[str, Text] = MappingProxyType(
    {
        "1.2": Text(en="Two domains, each with its own people", zh="安全生产与保卫两个系统"),
        "2.1": Text(en="Departments watch their own areas", zh="各部门监看本区域"),
        "2.2": Text(en="Departments take measures when something happens", zh="各部门处置异常情况"),
        "2.3": Text(en="The technical department builds the system", zh="技术部门建设与建档"),
        "2.4": Text(en="Handover and weekly technical maintenance", zh="移交与每周技术维护"),
        "2.5": Text(en="Duty rosters", zh="值班安排与监督"),
        "3.1": Text(en="Abnormal equipment and scenes are found in time", zh="及时发现异常"),
        "3.2": Text(en="Duty log; the picture and angle are not changed", zh="值班记录与画面角度"),
        "3.3": Text(en="Duty around the clock; faults are reported", zh="24小时值班与故障报修"),
        "3.4": Text(en="Discipline at the post and of the system", zh="值班纪律与系统设置"),
        "3.5": Text(en="The control room is clean, dry and ventilated", zh="监控室环境"),
        "3.6a": Text(en="Monitoring is not interrupted without reason", zh="不得无故中断监控"),
        "3.6b": Text(en="Nobody obstructs a camera", zh="不得遮挡摄像机"),
        "3.7": Text(en="Cleaning, brackets, leaves and branches", zh="清洁、支架与枝叶"),
        "3.8": Text(en="Aged equipment is replaced in time", zh="老化设备更换"),
        "4.1": Text(en="Recordings are not copied or changed", zh="录像不得擅自复制更改"),
        "4.2": Text(en="Retrieval of recordings", zh="录像调取"),
        "5.1": Text(en="Reward and assessment", zh="奖励与考核"),
    }
)

LACKING: Mapping[str, Text] = MappingProxyType(
    {
        "3.4": Text(en="comparison of the programs on the watch stations", zh="监看工作站已装程序的比对"),
    }
)
"""What the hub does not do yet, by clause."""
