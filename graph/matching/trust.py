"""How far a record is to be trusted: the mean of what is known of it, its sourcing status and its confidence."""

import numpy as np
from numpy.typing import NDArray

from ontology.terms import expand

TRUST = {
    expand(f"voc:sourcing-status/{status}"): trust
    for status, trust in {
        "stated": 1.0,
        "found": 0.9,
        "found-in-part": 0.8,
        "derived": 0.7,
        "general-knowledge": 0.6,
        "inferred": 0.4,
        "placeholder": 0.1,
    }.items()
}
UNMARKED = 0.5  # a record of which neither status nor confidence is known


def trust(sourcing: NDArray[np.float64], confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """The trust in each record, in [0, 1], from what its status and its confidence are worth; nan where not known.

    >>> trust(np.array([1.0, np.nan, np.nan]), np.array([0.8, 0.6, np.nan])).tolist()
    [0.9, 0.6, 0.5]
    """
    known = np.stack((sourcing, np.clip(confidence, 0.0, 1.0)))
    count = np.isfinite(known).sum(axis=0)
    return np.where(count, np.nansum(known, axis=0) / np.maximum(count, 1), UNMARKED)
