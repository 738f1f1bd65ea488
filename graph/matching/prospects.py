"""Why not higher: what each criterion would add to a score if it were met, and the one condition that is missed."""

from collections.abc import Mapping, Sequence
from math import fsum

from graph.matching import explain
from graph.matching.criterion import GRADES
from graph.model import Criterion, Raise, Text, Verdict


def raises(criteria: Sequence[Criterion], weights: Mapping[str, float]) -> tuple[Raise, ...]:
    """The gain in score from each criterion that is not met in full, the greatest first.

    What is unknown would join the criteria that count, and all weights would be shared out anew.
    """
    score = fsum(each.contribution for each in criteria)
    total = fsum(weights[each.name] for each in criteria if each.value is not None)
    found = []
    for each in criteria:
        if each.value is None:
            gain = weights[each.name] * (1 - score) / (total + weights[each.name])
        else:
            gain = each.weight - each.contribution
        if gain > 0:
            told = explain.gain(each.name, each.required, gain, is_known=each.value is not None)
            found.append(Raise(each.name, gain, told))
    return tuple(sorted(found, key=lambda each: -each.gain))


def near_miss(criteria: Sequence[Criterion], shortfalls: Mapping[str, Text | None]) -> Text | None:
    """The condition that fails, if it is the only one that is not met: said with how much is lacking."""
    asked = [each for each in criteria if each.name not in GRADES]
    failing = [each for each in asked if each.verdict is not Verdict.FITS]
    if len(failing) != 1 or failing[0].verdict is not Verdict.DOES_NOT_FIT:
        return None
    (only,) = failing
    return explain.near_miss(only.name, shortfalls[only.name])
