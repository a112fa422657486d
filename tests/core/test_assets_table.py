"""Tables of assets: problems by line and column, headings in both languages, and the way there and back."""

from hypothesis import example, given
from hypothesis import strategies as st

from hub.core.assets.fields import FIELDS, Places
from hub.core.assets.model import Asset
from hub.core.assets.table import Plan, as_csv, parse_csv, plan_import
from hub.core.rounds.kinds import ASSET_KINDS

PLACES = Places(areas=frozenset({"yard"}), departments=frozenset({"security"}), cameras=frozenset({"gate-1"}))
GATE = Asset(id="gate-1", kind="camera", values={"name": "Gate", "area": "yard"})
KNOWN = {"gate-1": GATE}


def plan(text: str) -> Plan:
    places = Places(
        areas=PLACES.areas, departments=PLACES.departments, cameras=PLACES.cameras, assets={"gate-1": "gate-1"}
    )
    return plan_import(KNOWN, places, parse_csv(text))


def said(text: str) -> list[str]:
    return [place.said("t.csv") for place in plan(text).problems]


def test_every_problem_is_named_by_line_and_column_and_nothing_is_planned() -> None:
    text = "asset,kind,ip,area,ip2\nSW-1,swich,10.0.0.1,yard\nSW 2,switch,10.0.0.1,yard\nSW-3,switch,x,yrad\n"
    found = plan(text)
    assert (found.added, found.changed) == ([], [])
    assert said(text) == [
        "t.csv:1:5: 'ip2' is no column of the register. Did you mean 'ip'?",
        "t.csv:2:2: kind 'swich' is none. Did you mean 'switch'?",
        "t.csv:3:1: asset 'SW 2' is not an id. Letters, digits, '.', '-' and '_', at most 63, such as SW-3.",
        "t.csv:4:3: ip is not an IP address. It looks like 10.1.2.3.",
        "t.csv:4:4: area is no area of this site. Did you mean 'yard'?",
    ]
    assert plan(text).problems[1].said("t.csv", "zh_CN") == "t.csv:2:2: 没有设备类型“swich”。 是否为“switch”？"


def test_a_line_that_spans_lines_is_named_by_its_first() -> None:
    assert said('asset,kind,note\nSW-1,switch,"two\nlines"\nSW-2,nothing,\n')[0].startswith("t.csv:4:2:")


def test_headings_are_taken_in_both_languages_and_with_any_separator() -> None:
    for text in ("编号;设备类型;型号\nSW-1;交换机;E1\n", "Asset\tKIND\tModel\nSW-1\tSwitch\tE1\n"):
        (added,) = plan("\ufeff" + text).added
        assert (added.asset, added.kind, added.values) == ("SW-1", "switch", {"model": "E1"})


def test_what_is_no_table_of_assets_is_said_so() -> None:
    assert said("") == ["t.csv:1:0: the table is empty."]
    assert said("asset,kind\n") == ["t.csv:1:0: the table has no rows below its heading."]
    assert "the column kind is missing" in said("asset,model\nSW-1,x\n")[0]
    assert "is there twice" in said("asset,kind,model,型号\nSW-1,switch,a,b\n")[0]
    assert "more cells than the heading" in said("asset,kind\nSW-1,switch,3\n")[0]
    assert said("asset,kind\nSW-1,switch\nsw-1,switch\n") == ["t.csv:3:1: is the asset of row 1 again."]


_TEXT = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), max_size=40).map(str.strip)
_TEXTS = [field.name for field in FIELDS if field.sort == "text" and field.name != "serial"]


@given(
    st.dictionaries(
        st.from_regex(r"\A[A-Z]{1,4}-[0-9]{1,4}\Z"), st.dictionaries(st.sampled_from(_TEXTS), _TEXT), min_size=1
    ),
    st.sampled_from([kind for kind in ASSET_KINDS if kind != "camera"]),
)
@example({"A-0": {"name": "'=", "place": "''-5", "note": "-5", "maker": "'"}}, "line")
def test_what_is_written_reads_the_same_again(entered: dict[str, dict[str, str]], kind: str) -> None:
    assets = {
        name: Asset(id=name, kind=kind, values={key: value for key, value in values.items() if value})  # type: ignore[arg-type]
        for name, values in entered.items()
    }
    table = parse_csv(as_csv(assets.values()))
    found = plan_import(assets, Places(assets={name.casefold(): name for name in assets}), table)
    assert found.problems == []
    assert (found.added, found.changed) == ([], [])


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found = plan(text)
    assert found.problems or found.rows
