"""Hard conditions made from clean photos: grey prints, fragments, rooms, screens, pages, damage.

Each stands for a way in which a stolen work comes back into sight; decoys show another work in what surrounds a
registered one, and must not be taken for it. The same seed makes the same photos. Like the demo
register it draws by itself and knows nothing of the service.
"""

from scripts.conditions.catalogue import CONDITIONS, Condition

__all__ = ["CONDITIONS", "Condition"]
