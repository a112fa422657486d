"""Rule files for tests, and what is said of them."""

from hub.automation.model import Rule
from hub.config.rules.file import Known, RuleSet, parse_folder

FACTS = {
    "gate-1": ("Gate 1", "gates", "guard", "security", ["dome"]),
    "line-1": ("Line 1", "hall", "works", "production", ["line"]),
    "line-2": ("Line 2", "hall", "works", "production", ["line", "dome"]),
}
KNOWN = Known(
    cameras=frozenset(FACTS),
    areas=frozenset({"gates", "hall"}),
    domains=frozenset({"production", "security"}),
    routes=frozenset({"duty", "leader", "plant", "mes"}),
    departments=frozenset({"guard", "works"}),
    facts={
        camera: {
            "camera.id": camera,
            "camera.name": name,
            "camera.area": area,
            "camera.department": department,
            "camera.domain": domain,
            "camera.tags": tags,
        }
        for camera, (name, area, department, domain, tags) in FACTS.items()
    },
    carriers={
        "duty": frozenset({"mail"}),
        "leader": frozenset({"mail", "pager"}),
        "plant": frozenset({"mqtt"}),
        "mes": frozenset({"webhook"}),
    },
    notifiers=frozenset({"mail", "mqtt", "webhook"}),
    contacts=frozenset({"wang"}),
    led=frozenset({"guard"}),
    posts=frozenset({"room"}),
    teams=frozenset({"technical"}),
    rounds=frozenset({"weekly"}),
    presets={"gate-1": frozenset({"door"})},
)

DO = 'do = [{ notify = "duty" }]'
ALARM = 'do = [{ alarm = "a", priority = "low" }]'


def rule(text: str, rule_id: str = "r") -> str:
    """A rule file with one rule: `text` beside id, title and, where it has none, `do` and `on`."""
    lines = ["[[rule]]", f'id = "{rule_id}"', 'title = { en = "R", zh = "规则" }']
    keys = {line.split(" = ")[0].split(".")[0] for line in text.splitlines()}
    if not keys & {"on", "every"} and "# started" not in text:
        lines.append('on = "view.obstructed"')
    if "do" not in keys:
        lines.append(DO)
    return "\n".join([*lines, text, ""])


def folder(known: Known = KNOWN, **texts: str) -> RuleSet:
    """What a folder with these files comes to."""
    return parse_folder({f"rules/{name}.toml": text for name, text in texts.items()}, known)


def built(text: str) -> Rule:
    """The only rule of a file that nothing is wrong with."""
    found = folder(x=text)
    assert [str(problem) for each in found.problems.values() for problem in each] == []
    (made,) = found.rules
    return made


def said(known: Known = KNOWN, **texts: str) -> list[str]:
    """Every problem of a folder without its place: `warning: key: message hint`."""
    problems = [problem for each in folder(known, **texts).problems.values() for problem in each]
    return [str(problem).partition(": ")[2] for problem in problems]


def places(**texts: str) -> list[str]:
    """Where the problems of a folder are: `rules/x.toml:4:9`."""
    problems = [problem for each in folder(**texts).problems.values() for problem in each]
    return [f"{problem.file}:{problem.line}:{problem.column}" for problem in problems]
