"""The Python of docs/agreement.md gives the printed figures from what `coder agree
--data` writes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from coder.agreement.study import Study
from coder.report.contents import report_of
from coder.report.data_folder import data_files
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, coding, event, span
from tests.support.agreement_tables import figures

PAGE = Path(__file__).parents[2] / "docs" / "agreement.md"


def run_example(beginning: str, folder: Path) -> dict[str, Any]:
    """Run the page's Python that begins with these words, on a folder of data; return
    its names.
    """
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    [code] = [block for block in blocks if block.startswith(beginning)]
    names: dict[str, Any] = {}
    exec(code.replace("DIR/", f"{folder}/"), names)
    return names


def test_the_documented_f1_is_the_printed_one(folder: Path) -> None:
    found = run_example("import csv, json\n", folder)
    f1 = figures(folder, "events")[0]
    assert (f1["figure"], f1["n"]) == ("f1", str(found["events"]))
    assert float(f1["f1"]) == pytest.approx(found["f1"], abs=1e-6)


def test_articles_coded_once_are_in_no_documented_f1(tmp_path: Path) -> None:
    # In tests/agreement/test_study_by_hand.py F1 is 2/3; amal alone codes t3, and t2
    # has events of basim alone.
    alone = coding(
        "t3", "amal", (span("s1", "trigger", 0, 10),), (event("e1", "threat", "s1"),)
    )
    study = Study.of([*CODINGS, alone], CODEBOOK)
    for name, text in data_files(study, report_of(study)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    assert run_example("import csv, json\n", tmp_path)["f1"] == pytest.approx(2 / 3)


def test_the_documented_alpha_is_the_printed_one(folder: Path) -> None:
    found = run_example("import csv, krippendorff", folder)["alpha"]
    rows = {row["field"]: row for row in figures(folder, "fields")}
    assert float(rows["event_type"]["alpha"]) == pytest.approx(found, abs=1e-6)
