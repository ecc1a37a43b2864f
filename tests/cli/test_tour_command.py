"""`coder tour` at the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_the_tour_takes_a_role_or_the_role_of_somebody_in_the_team(
    run_coder: Run, demo_folder: Path
) -> None:
    def steps_of(name: str) -> str:
        code, out, _ = run_coder(
            "tour", "--print", "--as", name, "--project", str(demo_folder)
        )
        assert code == 0
        return out

    assert (
        steps_of("salma")
        == steps_of("supervisor")
        != steps_of("you")
        == steps_of("coder")
    )
    code, _, err = run_coder(
        "tour", "--print", "--as", "nobody", "--project", str(demo_folder)
    )
    assert code and "nobody" in err and "coder, supervisor" in err
