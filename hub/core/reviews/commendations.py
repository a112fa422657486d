"""Commendations: what the whole month of a person shows."""

from collections.abc import Callable, Iterable, Iterator
from statistics import median

from hub.core.durations import duration
from hub.core.reviews.counting import Counting, Hit, asked_by
from hub.core.reviews.points import MOST_RECORDS, Point
from hub.core.reviews.scheme import ANY_MINUS, Best, CommendationRule
from hub.core.text import Text


def commended(rule: CommendationRule, counting: Counting) -> Iterator[tuple[str, Point]]:
    best = _best(rule.best, counting) if rule.best is not None else None
    for person in counting.people:
        if best is not None and person not in best:
            continue
        if any(len(counting.hits[each.counted][person]) < each.number for each in rule.at_least):
            continue
        if _spoilt(rule, counting.points[person]):
            continue
        hits = {hit.seq: hit for counted in asked_by(rule) for hit in counting.hits[counted][person]}
        if hits:
            why = best[person] if best is not None else _enough(rule, counting, person)
            yield person, _commendation(rule, [hits[seq] for seq in sorted(hits)], why)


def _spoilt(rule: CommendationRule, points: Iterable[Point]) -> bool:
    """Whether the person has a point that the commendation must be without."""
    return any(point.rule in rule.without or (ANY_MINUS in rule.without and point.points < 0) for point in points)


def _best(best: Best, counting: Counting) -> dict[str, Text]:
    """The best of the month, with the reason; nobody where nobody has enough records."""
    hits = {person: each for person, each in counting.hits[best.counted].items() if len(each) >= best.number}
    measure: Callable[[list[Hit]], float] = _median_s if best.by == "time" else lambda each: -float(len(each))
    measured = {person: measure(each) for person, each in hits.items()}
    if not measured:
        return {}
    first = min(measured.values())
    return {person: _says(best, first, len(hits[person])) for person, value in measured.items() if value == first}


def _says(best: Best, value: float, number: int) -> Text:
    if best.by == "number":
        return Text(en=f"{number}, the most", zh=f"{number}次，最多")
    took = duration(value)
    return Text(en=f"the shortest: median {took.en} of {number}", zh=f"最短：{number}次的中位数{took.zh}")


def _median_s(hits: list[Hit]) -> float:
    return median(hit.elapsed_s for hit in hits if hit.elapsed_s is not None)


def _enough(rule: CommendationRule, counting: Counting, person: str) -> Text:
    asked = [(len(counting.hits[each.counted][person]), each.number) for each in rule.at_least]
    return Text(
        en=", ".join(f"{found} (at least {number})" for found, number in asked),
        zh="，".join(f"{found}次（不少于{number}次）" for found, number in asked),
    )


def _commendation(rule: CommendationRule, hits: list[Hit], why: Text) -> Point:
    return Point(
        number=0,
        rule=rule.id,
        title=rule.title,
        points=rule.points,
        at=max(hit.at for hit in hits),
        records=tuple(hit.seq for hit in hits)[:MOST_RECORDS],
        clause=rule.clause,
        why=why,
    )
