"""How much of a photo is found again in another, patch by patch, wherever in it: no plane, no outline is presumed."""

from collections.abc import Sequence

import numpy as np

from models.descriptor import Descriptors
from models.preparing import unit_rows


def found_again(patches: Descriptors, others: Sequence[Descriptors]) -> list[float]:
    """How much of a photo's patches, (m, c), is found again in those of each other photo, (n, c): -1 to 1.

    The mean of each patch's cosine to the most alike in the other, as late interaction takes it (Khattab and Zaharia,
    "ColBERT", SIGIR 2020). What all patches have in common tells nothing: their mean is taken from each first. 0 where
    a photo shows nothing.
    """
    shown = [each for each in (patches, *others) if len(each)]
    if not len(patches) or len(shown) == 1:
        return [0.0] * len(others)
    alike = np.concatenate(shown).mean(axis=0)
    mine = unit_rows(patches - alike)
    return [
        float((mine @ unit_rows(each - alike).T).max(axis=1).mean()) if len(each) else 0.0 for each in others
    ]
