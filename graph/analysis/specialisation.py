"""What a place is strong in for its size, what is related to that, and how complex it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.analysis.facts import Facts
from ontology.terms import IRI

Matrix = NDArray[np.float64]
LEAST = 5  # records of a place below which nothing is computed
SAMPLES = 500
SEED = 20261101


@dataclass(frozen=True, slots=True)
class Advantage:
    """How much more often a competence is found in a place than everywhere, with the 95 % bootstrap interval.

    `n` are the actors of the place that have it; `relatedness` is the density of related competences there in [0, 1],
    None where nothing is related.
    """

    place: IRI
    competence: IRI
    n: int
    rca: float
    low: float
    high: float
    relatedness: float | None


@dataclass(frozen=True, slots=True)
class Related:
    """Two competences that places are strong in together: how near they are, and how much nearer than by chance."""

    one: IRI
    other: IRI
    proximity: float
    association: float


@dataclass(frozen=True, slots=True)
class Profile:
    """The specialisation of a region: `too_small` are places with fewer than `LEAST` records.

    `related` are the pairs of competences that some place is strong in together, the most associated first.

    Complexities have mean 0 and standard deviation 1 over places and over competences; they are empty where the matrix
    has fewer than two that differ.
    """

    advantages: tuple[Advantage, ...]
    place_complexity: tuple[tuple[IRI, float], ...]
    competence_complexity: tuple[tuple[IRI, float], ...]
    too_small: tuple[IRI, ...]
    related: tuple[Related, ...] = ()


def location_quotient(here: float, here_all: float, there: float, there_all: float) -> float | None:
    """The share of a sector here over its share there (Haig 1926); None where a total or the share there is 0.

    >>> location_quotient(40, 100, 20, 100)
    2.0
    """
    return (here / here_all) / (there / there_all) if here_all and there_all and there else None


def advantage(counts: Matrix) -> Matrix:
    """Revealed comparative advantage of each row in each column (Balassa 1965); 0 where a row or column is empty."""
    rows, columns, total = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True), counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = np.nan_to_num(counts * total / (rows * columns), nan=0.0, posinf=0.0)
    return found


def proximity(strong: Matrix) -> Matrix:
    """How often two columns are strong together: the smaller of both conditional shares (Hidalgo et al. 2007)."""
    together = strong.T @ strong
    most = np.maximum.outer(strong.sum(axis=0), strong.sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = np.nan_to_num(together / most)
    np.fill_diagonal(found, 0.0)
    return found


def association(strong: Matrix) -> Matrix:
    """How often two columns are strong together over how often by chance: association strength (van Eck, Waltman 2009).

    With s the strong rows of a column and n all rows, n times the common ones over the product of both s; 1 is chance.
    """
    together, sums = strong.T @ strong, strong.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = np.nan_to_num(len(strong) * together / np.outer(sums, sums))
    np.fill_diagonal(found, 0.0)
    return found


def density(strong: Matrix, near: Matrix) -> Matrix:
    """Of all near a column, the share in which a row is strong (Hidalgo et al. 2007); NaN if nothing is near."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Matrix = (strong @ near) / near.sum(axis=0)
    return found


def complexity(strong: Matrix) -> tuple[Matrix, Matrix]:
    """Economic and product complexity of rows and columns, standardised (Hausmann, Hidalgo et al. 2014).

    The second eigenvector of the row-to-row matrix of shared columns, weighted by diversity and ubiquity, its sign set
    so that it grows with diversity; columns have the mean of their rows. NaN throughout if fewer than two rows or
    columns are left, or if all are alike; empty rows and columns are NaN.
    """
    rows, columns = strong.any(axis=1), strong.any(axis=0)
    of_rows, of_columns = np.full(strong.shape[0], np.nan), np.full(strong.shape[1], np.nan)
    inner = strong[np.ix_(rows, columns)]
    if min(inner.shape, default=0) < 2:
        return of_rows, of_columns
    diversity, ubiquity = inner.sum(axis=1), inner.sum(axis=0)
    values, vectors = np.linalg.eig((inner / diversity[:, None]) @ (inner / ubiquity).T)
    second = np.real(vectors[:, np.argsort(-np.real(values), kind="stable")[1]])
    if np.corrcoef(second, diversity)[0, 1] < 0 if diversity.std() else False:
        second = -second
    if second.std() < 1e-12:
        return of_rows, of_columns
    of_rows[rows] = (second - second.mean()) / second.std()
    means = (inner / ubiquity).T @ of_rows[rows]
    of_columns[columns] = (means - means.mean()) / means.std() if means.std() > 1e-12 else np.nan
    return of_rows, of_columns


def profile(facts: Facts) -> Profile:
    """The specialisation of the municipalities by the competences of their actors; intervals resample the actors."""
    places = list(facts.municipalities)
    at = {place: number for number, place in enumerate(places)}
    owners = [actor for actor in facts.actors.values() if actor.place in at and facts.competences.get(actor.iri)]
    competences = sorted({each for actor in owners for each in facts.competences[actor.iri]})
    if not owners or not competences:
        return Profile((), (), (), tuple(places))
    number = {each: column for column, each in enumerate(competences)}
    pairs = [(row, number[each]) for row, actor in enumerate(owners) for each in facts.competences[actor.iri]]
    shape = (len(owners), len(competences))
    holds = csr_array((np.ones(len(pairs)), tuple(zip(*pairs, strict=True))), shape=shape)
    seats = np.array([at[actor.place] for actor in owners if actor.place])
    counts = _counted(holds, seats, len(places), np.ones(len(owners)))
    large = counts.sum(axis=1) >= LEAST
    rca = advantage(counts)
    strong = (rca >= 1).astype(float) * large[:, None]
    low, high = _interval(holds, seats, len(places))
    large_strong, near = strong[large], proximity(strong)
    related = density(strong, near)
    of_places, of_competences = complexity(strong)
    found = tuple(
        Advantage(
            places[row],
            competences[column],
            int(counts[row, column]),
            float(rca[row, column]),
            float(low[row, column]),
            float(high[row, column]),
            None if np.isnan(related[row, column]) else float(related[row, column]),
        )
        for row, column in np.argwhere((counts > 0) & large[:, None])
    )
    return Profile(
        tuple(sorted(found, key=lambda each: (each.place, -each.rca, each.competence))),
        _ranked(places, of_places),
        _ranked(competences, of_competences),
        tuple(place for place, is_large in zip(places, large, strict=True) if not is_large),
        _related(competences, near, association(large_strong)),
    )


def demand_map(facts: Facts, found: Profile) -> Mapping[IRI, tuple[float | None, int]]:
    """Of each competence, the mean relatedness over the places that have it, and how many needs require it."""
    known: dict[IRI, list[float]] = {}
    for each in found.advantages:
        if each.relatedness is not None:
            known.setdefault(each.competence, []).append(each.relatedness)
    needs = Counter(competence for demand in facts.demand for competence in demand.competences)
    return {
        competence: (float(np.mean(known[competence])) if competence in known else None, needs[competence])
        for competence in sorted(known.keys() | needs.keys())
    }


def demand_of_fields(facts: Facts, found: Profile) -> Mapping[IRI, tuple[float | None, int]]:
    """Of each field, the mean relatedness of its competences where it is known, and how many needs require one."""
    known = demand_map(facts, found)
    told: dict[IRI, tuple[float | None, int]] = {}
    for field, comprised in facts.fields.items():
        near = [value for each in comprised if each in known and (value := known[each][0]) is not None]
        needs = sum(bool(each.competences & comprised) for each in facts.demand)
        told[field] = (float(np.mean(near)) if near else None, needs)
    return told


def _related(competences: Sequence[IRI], near: Matrix, associated: Matrix) -> tuple[Related, ...]:
    found = [
        Related(competences[one], competences[other], float(near[one, other]), float(associated[one, other]))
        for one, other in np.argwhere(np.triu(near) > 0)
    ]
    return tuple(sorted(found, key=lambda each: (-each.association, -each.proximity, each.one, each.other)))


def _counted(holds: csr_array, seats: NDArray[np.int64], places: int, weights: Matrix) -> Matrix:
    """How many actors of each place have each competence, each actor as often as `weights` says."""
    sits = csr_array((weights, (seats, np.arange(len(seats)))), shape=(places, len(seats)))
    counts: Matrix = (sits @ holds).toarray()
    return counts


def _interval(holds: csr_array, seats: NDArray[np.int64], places: int) -> tuple[Matrix, Matrix]:
    """The middle 95 % of the advantages when actors are drawn with replacement."""
    random, size = np.random.default_rng(SEED), len(seats)
    drawn = np.empty((SAMPLES, places, holds.shape[1]), dtype=np.float32)
    for each in range(SAMPLES):
        weights = np.bincount(random.integers(0, size, size), minlength=size).astype(float)
        drawn[each] = advantage(_counted(holds, seats, places, weights))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return low, high


def _ranked(names: Sequence[IRI], values: Matrix) -> tuple[tuple[IRI, float], ...]:
    known = [(name, float(value)) for name, value in zip(names, values, strict=True) if not np.isnan(value)]
    return tuple(sorted(known, key=lambda each: (-each[1], each[0])))
