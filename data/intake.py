"""Intake: bytes that somebody sent become a safe photo, or are refused with a reason.

    bytes -> length, format by content, polyglots        (data.intake_sniff)
          -> header: sides, pixels, frames                (data.intake_decode)
          -> pixels: reduced, upright, sRGB, on white     (data.intake_colour)
          -> JPEG and thumbnail without metadata

`take_in` does it in this process. `IntakePool` does it in worker processes with a limit on time and memory,
and is what anything that faces strangers' photos must use.
"""

from data.intake_decode import take_in
from data.intake_pool import IntakePool
from data.safe_photo import IntakeLimits, PhotoRejected, SafePhoto

__all__ = ["IntakeLimits", "IntakePool", "PhotoRejected", "SafePhoto", "take_in"]
