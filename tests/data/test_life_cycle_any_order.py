"""Whatever is done to objects, in any order: what is searchable, the history and the trail are what they should be."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.life_cycle import LifeCycle

CHECKS = list(HealthCheck)


def test_in_any_order_on_sqlite() -> None:
    run_state_machine_as_test(
        LifeCycle,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=CHECKS
        ),
    )


def test_in_any_order_on_postgresql(postgresql_url: str) -> None:
    class OnPostgresql(LifeCycle):
        server = postgresql_url

    run_state_machine_as_test(
        OnPostgresql,
        settings=settings(
            max_examples=4, stateful_step_count=25, deadline=None, suppress_health_check=CHECKS
        ),
    )
