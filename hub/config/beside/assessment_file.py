"""The scheme by which people are reviewed, `rules/assessment.toml`: from TOML to a scheme, or to every problem."""

from collections.abc import Iterator
from pathlib import Path as FilePath

import msgspec
from pydantic import ValidationError

from hub.config.beside.assessment_names import Reader
from hub.config.beside.assessment_tables import AssessmentTable, CommendationTable, PointTable
from hub.config.clauses import CLAUSES
from hub.config.explain import explain
from hub.config.problems import Problem, errors_of, in_order, on_line, suggestion
from hub.config.read import read_text
from hub.config.rules.known import Known
from hub.config.tables import has_chinese
from hub.config.toml import Document, Path, parse_toml
from hub.core.kpi.definitions import FIGURES
from hub.core.kpi.targets import Target
from hub.core.reviews.points import BY_HAND
from hub.core.reviews.scheme import ANY_MINUS, AtLeast, Best, CommendationRule, PointRule, Scheme
from hub.core.saying import saying

FILE = "rules/assessment.toml"


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says; no scheme where there is no file: then nobody is reviewed."""

    scheme: Scheme | None = None


def load_assessment(folder: FilePath, known: Known) -> tuple[Assessment | None, list[Problem]]:
    """The scheme of the site in `folder`, with problems; none when there is no file. Never raises."""
    path = folder / FILE
    if not path.exists():
        return Assessment(), []
    text, problems = read_text(path, FILE)
    return (None, problems) if problems else parse_assessment(text, FILE, known=known)


def parse_assessment(text: str, file: str, *, known: Known) -> tuple[Assessment | None, list[Problem]]:
    """The scheme and every problem in its order; None when one of them is an error. Reads nothing, never raises."""
    document, problems = parse_toml(text, file)
    if document is None:
        return None, in_order(problems)
    problems = [*_used_twice(document), *_unknown(document), *_untranslated(document), *_targets(document)]
    table: AssessmentTable | None = None
    try:
        table = AssessmentTable.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, (), AssessmentTable)
    reader = Reader(document, known, problems)
    reader.look_through()
    if table is None or errors_of(problems):
        return None, in_order(problems)
    problems += _idle(document, table)
    return Assessment(scheme=_scheme(table, reader)), in_order(problems)


# --- what is wrong with it ----------------------------------------------------------------------------------------


def _items(document: Document, *tables: str) -> Iterator[tuple[Path, dict[str, object]]]:
    for table in tables:
        items = document.data.get(table)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield (table, index), item


def _used_twice(document: Document) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, item in _items(document, "point", "commendation"):
        name = item.get("id")
        if not isinstance(name, str):
            continue
        if name == BY_HAND:
            message = saying("{id!r} is what points are called that a leader gives", id=BY_HAND)
            yield document.problem((*path, "id"), message, saying("Give it another name."))
        if name in first:
            line = document.position((*first[name], "id")).line
            message = saying("there is another point or commendation with the id {name!r}", name=name[:63])
            yield document.problem((*path, "id"), message, on_line(line))
        first.setdefault(name, path)


def _unknown(document: Document) -> Iterator[Problem]:
    """Clauses that there are not, and points that a commendation names and nobody can have."""
    points = {name for _, item in _items(document, "point") if isinstance(name := item.get("id"), str)}
    for path, item in _items(document, "point", "commendation"):
        clause = item.get("clause")
        if isinstance(clause, str) and clause not in CLAUSES:
            hint = suggestion(clause, CLAUSES, of=saying("clauses"))
            yield document.problem((*path, "clause"), saying("there is no clause {name!r}", name=clause[:20]), hint)
    for path, item in _items(document, "commendation"):
        without = item.get("without")
        for index, name in enumerate(without if isinstance(without, list) else ()):
            if isinstance(name, str) and name != ANY_MINUS and name not in points:
                hint = suggestion(name, points, of=saying("points here"))
                yield document.problem(
                    (*path, "without", index), saying("there is no point {name!r}", name=name[:63]), hint
                )
        if not item.get("at_least") and not item.get("best"):
            yield document.problem(
                path, saying("everybody would be commended"), saying("Say what for: `at_least` or `best`.")
            )


def _untranslated(document: Document) -> Iterator[Problem]:
    """What staff read comes in both languages."""
    for path, item in _items(document, "point", "commendation"):
        title = item.get("title")
        en, zh = (title.get("en"), title.get("zh")) if isinstance(title, dict) else (title, None)
        if isinstance(title, str) and has_chinese(title):
            en, zh = None, title
        if isinstance(title, str | dict) and not (en and zh):
            message = saying("the Chinese text is missing") if en else saying("the English text is missing")
            yield document.problem((*path, "title"), message, saying('Write { en = "…", zh = "…" }.'), level="warning")


def _targets(document: Document) -> Iterator[Problem]:
    figures = document.data.get("figures")
    known = {figure.id for figure in FIGURES}
    for name, target in (figures if isinstance(figures, dict) else {}).items():
        if name not in known:
            hint = suggestion(name, known, of=saying("figures"))
            yield document.problem(
                ("figures", name), saying("there is no figure {name!r}", name=name[:63]), hint, of_key=True
            )
        if not isinstance(target, dict):
            continue
        low, high = target.get("good_from"), target.get("good_to")
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            message = saying("no value is good: `good_from` is above `good_to`")
            yield document.problem(("figures", name, "good_to"), message)
        if not target:
            message = saying("a target without a bound says nothing")
            yield document.problem(("figures", name), message, saying("Write `good_from`, `good_to` or both."))


def _idle(document: Document, table: AssessmentTable) -> Iterator[Problem]:
    for index, point in enumerate(table.point):
        if point.points == 0:
            path = ("point", index, "points")
            yield document.problem(
                path, saying("it gives nothing"), saying("Give it points, or leave it out."), level="warning"
            )


# --- what it comes to ---------------------------------------------------------------------------------------------


def _scheme(table: AssessmentTable, reader: Reader) -> Scheme:
    return Scheme(
        points=tuple(_point(index, point, reader) for index, point in enumerate(table.point)),
        commendations=tuple(_commendation(index, each, reader) for index, each in enumerate(table.commendation)),
        by_hand_most=table.review.by_hand_at_most,
        appeal_s=table.review.appeal_within,
        make_on_day=table.review.make_on_day,
        targets=tuple(
            Target(figure=name, good_from=target.good_from, good_to=target.good_to)
            for name, target in table.figures.items()
        ),
        watched_share=table.review.watched_share,
    )


def _point(index: int, table: PointTable, reader: Reader) -> PointRule:
    return PointRule(
        id=table.id,
        title=table.title.text(),
        points=table.points,
        counted=reader.counted[("point", index)],
        clause=table.clause or "",
        at_most=table.at_most,
    )


def _commendation(index: int, table: CommendationTable, reader: Reader) -> CommendationRule:
    path: Path = ("commendation", index)
    best = None
    if table.best is not None:
        best = Best(counted=reader.counted[(*path, "best")], by=table.best.by, number=table.best.number)
    return CommendationRule(
        id=table.id,
        title=table.title.text(),
        points=table.points,
        clause=table.clause or "",
        at_least=tuple(
            AtLeast(counted=reader.counted[(*path, "at_least", place)], number=each.number)
            for place, each in enumerate(table.at_least)
        ),
        without=tuple(dict.fromkeys(table.without)),
        best=best,
    )
