"""Verification of anything: as a flat work first, and as a solid object where no plane says enough."""

from dataclasses import asdict, dataclass, field

from models.card import ModelCard
from models.keypoints import Keypoints
from models.matching import match
from models.planes import PlaneVerifier
from models.solids import SolidVerifier
from models.verify import Verification


@dataclass(frozen=True, slots=True)
class AnyVerifier:
    """Planes, and neighbourhoods where no plane gathers `enough` points and they gather `more` times as many.

    Both look at the same matches: the ratio test is the planes'.
    """

    planes: PlaneVerifier = field(default_factory=PlaneVerifier)
    solids: SolidVerifier = field(default_factory=SolidVerifier)
    enough: int = 24
    more: float = 1.25

    @property
    def card(self) -> ModelCard:
        """The card of this verifier, with those of both."""
        return ModelCard(
            name="planes-or-neighbourhoods",
            version="1",
            kind="verifier",
            summary="homographies, and groups of matches that predict each other where no plane fits",
            source="as the cards within",
            licence="Apache-2.0",
            dimension=0,
            preprocessing="",
            settings={
                "enough": self.enough,
                "more": self.more,
                "planes": asdict(self.planes.card),
                "solids": asdict(self.solids.card),
            },
        )

    def verify(self, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare a searched photo with a registered one."""
        pairs = match(searched, registered, self.planes.ratio)
        flat = self.planes.verify_pairs(pairs, searched, registered)
        if flat.inliers >= self.enough:
            return flat
        solid = self.solids.verify_pairs(pairs, searched, registered)
        return solid if solid.inliers > self.more * flat.inliers else flat
