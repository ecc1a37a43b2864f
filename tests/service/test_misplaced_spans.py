"""Spans that are not in the text: what is wrong with them, and in which unit they would
fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coder.errors import CoderError
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project

WITH_EMOJI = "حريق في حلب 👍 اليوم في حمص"  # حمص: code points 23 to 26, UTF-16 24 to 27
PLAIN = "حريق في سوق حلب"  # حلب: code points 12 to 15, bytes 21 to 27


def doccano(path: Path, text: str, *spans: tuple[int, int]) -> Path:
    line = {"text": text, "label": [[start, end, "place"] for start, end in spans]}
    path.write_text(json.dumps(line), "utf-8")
    return path


def native(
    project: Project, path: Path, text: str, *spans: tuple[int, int, str]
) -> Path:
    digest = hashlib.sha256(text.encode()).hexdigest()
    line: dict[str, Any] = {
        "format": "coder/1",
        "article": {"id": "a", "text_sha256": digest, "text": text},
        "codebook": project.codebook.ref,
        "coder": "amal",
        "status": "open",
        "answers": {},
        "spans": [
            {"id": f"s{i}", "kind": "place", "start": start, "end": end, "quote": quote}
            for i, (start, end, quote) in enumerate(spans)
        ],
        "events": [],
    }
    path.write_text(json.dumps(line), "utf-8")
    return path


def refusal(project: Project, path: Path, whom: str = "amal") -> CoderError:
    with pytest.raises(CoderError) as refused:
        import_files(project, [path], whom=whom)
    assert refused.value.where == f"{path}:1"
    return refused.value


def test_a_span_past_the_end_says_so(project: Project, tmp_path: Path) -> None:
    error = refusal(project, doccano(tmp_path / "a.jsonl", PLAIN, (8, 11), (14, 16)))
    words = "Span 's2' [14, 16) ends after the text, which ends at 15."
    assert error.message == words


def test_a_span_that_fits_utf_16_says_so(project: Project, tmp_path: Path) -> None:
    path = doccano(tmp_path / "a.jsonl", WITH_EMOJI, (8, 11), (24, 27))
    error = refusal(project, path)
    assert "[24, 27)" in error.message and "26 characters" in error.message
    assert "UTF-16" in error.message and "code points" in error.hint


def test_a_span_that_fits_bytes_says_so(project: Project, tmp_path: Path) -> None:
    error = refusal(project, doccano(tmp_path / "a.jsonl", PLAIN, (14, 20), (21, 27)))
    assert "[14, 20)" in error.message and "bytes" in error.message


def test_quotes_decide_the_unit(project: Project, tmp_path: Path) -> None:
    """Of a coding in the native format, whose spans all quote their words."""
    spans = [(8, 11, "حلب"), (24, 27, "حمص")]
    path = native(project, tmp_path / "a.jsonl", WITH_EMOJI, *spans)
    error = refusal(project, path, "")
    assert "Span 's1' [24, 27)" in error.message and "UTF-16" in error.message


def test_a_native_span_past_the_end_says_so(project: Project, tmp_path: Path) -> None:
    path = native(project, tmp_path / "a.jsonl", PLAIN, (14, 19, "لب"))
    assert "ends after the text, which ends at 15" in refusal(project, path, "").message


def test_another_quote_is_shown_with_the_text(project: Project, tmp_path: Path) -> None:
    path = native(project, tmp_path / "a.jsonl", PLAIN, (12, 15, "حمص"))
    words = "Span 's0' [12, 15) quotes 'حمص', but the text there is 'حلب'."
    assert refusal(project, path, "").message == words


def test_brat_past_the_end_says_so(project: Project, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(PLAIN, "utf-8")
    (tmp_path / "c.ann").write_text("T1\tplace 12 19\tحلب\n", "utf-8")
    with pytest.raises(CoderError, match=r"'T1' \[12, 19\) ends after the text"):
        import_files(project, [tmp_path / "c.ann"], whom="amal")


def test_words_cut_by_shifted_spans_are_named(
    project: Project, tmp_path: Path, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    """Without quotes, and with a word behind the last span, the offsets are not past
    the end.
    """
    shifted = doccano(tmp_path / "a.jsonl", f"{WITH_EMOJI} أمس", (8, 11), (24, 27))
    here = ("--project", project.config.folder)
    code, _, err = run_coder("import", shifted, "--as", "amal", *here)
    assert code == 0
    [told] = [line for line in err.splitlines() if "UTF-16" in line]
    assert f"{shifted}:1" in told
    right = doccano(tmp_path / "b.jsonl", f"{WITH_EMOJI} غدا", (8, 11), (23, 26))
    assert "UTF-16" not in run_coder("import", right, "--as", "amal", *here)[2]
