"""A register of invented objects, drawn from a seed: paintings, icons, vases, coins, carpets.

It exists because no photo of others may be shipped. It is used by the demonstration, by tests and by benchmarks,
and knows nothing of the service: it writes a table (CSV) with photos beside it, as any other register would.
"""

from scripts.demo_register.photographer import changed_badly, other_photo
from scripts.demo_register.records import DemoRecord
from scripts.demo_register.register import (
    DemoFolderTaken,
    DemoQuery,
    DemoRegister,
    Kind,
    draw_object,
    make_register,
    unregistered_object,
)

__all__ = [
    "DemoFolderTaken",
    "DemoQuery",
    "DemoRecord",
    "DemoRegister",
    "Kind",
    "changed_badly",
    "draw_object",
    "make_register",
    "other_photo",
    "unregistered_object",
]
