"""The commands on docs/backup-and-packets.md run, one after the other, as they stand
there.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent.parent / "docs" / "backup-and-packets.md"


def test_the_commands_of_the_page_run(
    run_coder: Callable[..., tuple[int, str, str]],
    demo_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(demo_folder)
    ran = 0
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[1] == "code" or any(
                word.startswith("postgresql") for word in words
            ):
                continue  # a screen, and a server
            code, _, err = run_coder(*words[1:])
            assert code == 0, f"{line}: {err}"
            ran += 1
    assert ran >= 7
