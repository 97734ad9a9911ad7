"""What a search returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.registered import RegisterSnapshot
from indexer.decide import AlertLevel, Verdict
from indexer.part import Homography, Part, Point
from indexer.sameness import Laid
from models.calibrate import AGREES, Calibration


@dataclass(frozen=True, slots=True)
class Candidate:
    """One registered photograph that may show the same object.

    log_odds      that it shows the same object, all searched photos together
    score         0 to 1, orders candidates within a search and across searches; see indexer.decide
    probability   that it shows the same object, 0 to 1; for which searches it holds, its model's card says
    verdict       at the alert level of the search
    votes         how far it stands out of what chance gives, in all looks together
    inliers       distinct points that lie where one mapping puts them; 0 if it was not verified or none was found
    inlier_share  of all keypoints that looked alike
    spread        share of the registered photograph that those points span
    photo         which of the searched photos, from 0
    mirrored      whether the photo shows it as its mirror image, left for right
    outdone       whether another object agrees far better with the same part of the photo
    mapping       row by row, pixels of that searched photo to pixels of the registered one; None without one
    points        the agreeing points: x and y in the searched photo, x and y in the registered one, pixels
    more          further parts that agree by mappings of their own; `inliers` and `spread` count them too
    solid         whether no plane fits, only neighbourhoods: a solid object; its mappings are approximate then
    alike         of what can be compared once the photos lie on each other, the share that looks the same; None if it
                  was not compared
    clues         what the log-odds of `photo` are made of, by name; see indexer.clues
    also          further searched photos, no copies, in which the same object would have been found alone at this level
    laid          how the photos lie on each other, once they were compared: what differs need not lay them again
    """

    photograph_id: int
    object_id: int
    log_odds: float
    score: float
    probability: float
    verdict: Verdict
    votes: float
    inliers: int
    inlier_share: float
    spread: float
    photo: int
    mapping: Homography | None
    points: tuple[Point, ...] = ()
    mirrored: bool = False
    outdone: bool = False
    more: tuple[Part, ...] = ()
    solid: bool = False
    alike: float | None = None
    clues: Mapping[str, float] = field(default_factory=dict)
    also: tuple[int, ...] = ()
    laid: Laid | None = field(default=None, repr=False, compare=False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts that have points, the first one first; empty without a mapping."""
        if self.mapping is None or not self.points:
            return ()
        return Part(self.mapping, self.points), *(part for part in self.more if part.points)

    @property
    def beside_work(self) -> bool:
        """Whether points agree, and not in the work itself: at the edge alone, or in too little; see Evidence.holds."""
        return self.mapping is not None and not self.clues.get(AGREES, 1.0)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Among what was searched, where that was not the whole register.

    objects      that were asked for
    photographs  of them, which were searched
    pictureless  ids of those among them that no photo can find, ascending
    """

    objects: int
    photographs: int
    pictureless: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one search found, with what it was made. The same photos on the same generation give the same answer.

    level       the alert level that the verdicts are for
    candidates  surest first, each photograph once
    live        photographs searched beside the generation, since registered only just before
    covered     what the register held when the index last caught up with it
    advice      what to do for a better answer; "" if nothing
    models      ids of the model cards by what each does
    steps_ms    time spent in each step, milliseconds; the only part that differs between equal searches
    calibration that its probabilities and verdicts come from
    pending     photographs that were registered and not searchable yet
    narrowed    None where all that is registered was searched
    """

    verdict: Verdict
    level: AlertLevel
    candidates: tuple[Candidate, ...]
    generation: int
    live: int
    covered: RegisterSnapshot
    advice: str
    models: Mapping[str, str]
    steps_ms: Mapping[str, float]
    calibration: Calibration = field(repr=False)
    pending: int = 0
    narrowed: Narrowed | None = None
