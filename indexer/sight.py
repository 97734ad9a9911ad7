"""The models an installation sees with, together: what is indexed by one sight is never searched with another."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from indexer.vectors.faiss_index import ExactIndex, LocalIndex
from models.anything import AnyVerifier
from models.calibrate import Calibration, load_calibration
from models.card import ModelCard
from models.catalogue import BUNDLED, open_descriptor
from models.descriptor import Descriptor
from models.keypoints import KeypointExtractor, Look, RootSift
from models.threads import single_threaded
from models.verify import Verifier
from models.weights import Weights, load_weights

REGISTERED_KEYPOINTS = 500
WHOLE = Look("whole", 640, 800)
FINE = Look("fine", 1024, 1000)
COARSE = Look("coarse", 320, 400)
FIRST_LOOKS = (WHOLE, COARSE)
"""How a searched photo is looked at to begin with; the fine look follows where that explains nothing (0025)."""
LOOKS = (*FIRST_LOOKS, FINE)
"""All ways of looking at a whole photo (docs/decisions/0008): a work small in a room needs the fine look, a halftone
print shows its dots instead of the picture in any but the coarse one."""
REGION = Look("region", 480, 500)
"""How a region of the photo that nothing explains yet is looked at on its own."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Extractor, verifier, descriptor, vocabulary and calibration. Can be sent to another process."""

    extractor: KeypointExtractor
    verifier: Verifier
    descriptor: Descriptor
    weights: Weights
    calibration: Calibration
    specification: str = BUNDLED
    """What the descriptor was opened by; see models.catalogue."""

    @property
    def cards(self) -> dict[str, ModelCard]:
        """The cards by what each model does."""
        return {
            "keypoints": self.extractor.card,
            "verifier": self.verifier.card,
            "descriptor": self.descriptor.card,
            "probability": self.calibration.card,
        }

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the cards, as a search record names them."""
        return {role: card.id for role, card in self.cards.items()}

    @property
    def vectors_id(self) -> str:
        """Changes with whatever changes the vectors: verifier and calibration do not."""
        return self.vectors_id_with(self.descriptor.card.id, self.global_index.kind)

    def vectors_id_with(self, descriptor_id: str, global_kind: str) -> str:
        """What `vectors_id` would be with another descriptor, and the same keypoints in the same vocabulary."""
        parts = (
            self.extractor.card.id,
            descriptor_id,
            self.local_index.kind,
            global_kind,
            str(REGISTERED_KEYPOINTS),
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def local_index(self) -> LocalIndex:
        """An empty index of the kind local descriptors go into. Shared: only for `encode`, `blank`, `open`."""
        return blank_local(self.weights)

    @property
    def global_index(self) -> ExactIndex:
        """An empty index of the kind global descriptors go into. Shared likewise."""
        return blank_global(self.descriptor.card.dimension)


Sights = Callable[[str], Sight]
"""From a specification of a descriptor to the sight with it. Raises ModelUnusable."""


@functools.cache
def blank_local(weights: Weights) -> LocalIndex:
    """One empty local index for each set of weights: it holds 4 MB of words."""
    return LocalIndex(weights)


@functools.cache
def blank_global(dimension: int) -> ExactIndex:
    """One empty global index for each dimension."""
    return ExactIndex(dimension)


def default_sight(descriptor: str = BUNDLED) -> Sight:
    """The models that come with the project, but for another descriptor if one is specified. Raises ModelUnusable."""
    single_threaded()
    weights = load_weights()
    return Sight(
        RootSift(weights), AnyVerifier(), open_descriptor(descriptor), weights, load_calibration(), descriptor
    )
