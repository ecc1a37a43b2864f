"""Any commands in any order, a hundred and fifty runs of up to fifty."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from coder.service.upkeep.integrity import verify
from tests.support.any_commands import AnyCommands, project

TestAnyCommandsForLong = AnyCommands.TestCase
TestAnyCommandsForLong.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_whole_project_is_sound_after_all_of_it() -> None:
    whole = project()
    found = verify(whole)
    assert not found.findings
    print(
        f"\nany commands: {found.entries} journal entries replayed, none of them wrong"
    )
    whole.close()
