"""People, what they may do and how they sign in, in words."""

from hub.locale import N_

ROLES: dict[str, str] = {
    "watch_officer": N_("watch officer"),
    "repairer": N_("repairer"),
    "leader": N_("leader"),
    "administrator": N_("administrator"),
    "specialist": N_("footage specialist"),
    "planner": N_("planner"),
    "reader": N_("reader"),
}

RIGHTS: dict[str, str] = {
    "live": N_("see pictures"),
    "playback": N_("see recordings"),
    "export": N_("hand footage out"),
    "ptz": N_("turn cameras"),
    "reference": N_("approve views"),
    "delete": N_("delete recordings"),
    "approve": N_("approve"),
    "administer": N_("keep accounts"),
    "watch": N_("handle alarms"),
    "report": N_("report faults"),
    "repair": N_("repair"),
    "round": N_("make rounds"),
    "duty": N_("stand duty"),
    "apply": N_("apply"),
    "assets": N_("keep the register"),
    "replace": N_("sign for replacements"),
    "rules": N_("switch rules"),
    "stop": N_("stop the hub"),
    "lead": N_("lead"),
}
"""What a person may do, in two or three words."""

QUALIFICATIONS: dict[str, str] = {
    "training": N_("training"),
    "confidentiality": N_("confidentiality agreement"),
}

DOMAINS: dict[str, str] = {
    "production": N_("production"),
    "security": N_("security"),
}

SIGN_IN_REFUSALS: dict[str, str] = {
    "unknown": N_("unknown account"),
    "password": N_("wrong password"),
    "locked": N_("account locked"),
    "code": N_("wrong code"),
    "disabled": N_("account disabled"),
}
