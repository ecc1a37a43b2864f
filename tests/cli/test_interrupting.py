"""Ctrl+C pressed again and again during a long job, in a terminal of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.support.pseudo_terminal import PseudoTerminal

ARTICLES = 20_000


def test_an_import_interrupted_repeatedly_ends_with_one_sentence_and_can_be_run_again(
    run_coder: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder, file = tmp_path / "project", tmp_path / "articles.jsonl"
    assert run_coder("init", folder)[0] == 0
    lines = (
        json.dumps({"id": f"a{n}", "text": f"قال ناطق إن القتلى {n}. " * 20})
        for n in range(ARTICLES)
    )
    file.write_text("\n".join(lines), "utf-8")
    terminal = PseudoTerminal(
        ["-m", "coder", "import", "--project", str(folder), str(file)]
    )
    terminal.wait_for("read")
    for _ in range(40):  # the key is held
        terminal.press("\x03")
        terminal.read(0.01)
    assert terminal.wait() == 130
    said = terminal.sent.decode()
    assert said.count("interrupted; everything finished so far is kept") == 1
    assert "Traceback" not in said and "Exception" not in said
    code, out, _ = run_coder("import", "--project", folder, file, "--json")
    report = json.loads(out)
    assert (code, report["articles"] + report["unchanged"]) == (0, ARTICLES)
