"""Any commands in any order: the state is the journal replayed, undoing everything
gives the first state.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from coder.service.upkeep.integrity import verify
from tests.support.any_commands import AnyCommands, project

TestAnyCommands = AnyCommands.TestCase
TestAnyCommands.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_the_whole_project_is_sound_after_all_of_it() -> None:
    whole = project()
    assert not verify(whole).findings
    whole.close()
