"""A comment is exported or counted as left out, whatever became of the answer that it
was written on.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from coder.exporters.registry import CODINGS, FORMATS, Writer
from coder.model import Answer, Blank
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project
from tests.support.later import Later

polars = Later("polars")
ARTICLE = "001_4a950e12de890295"
SAID = {
    "genre": ("أهذا نوعه حقا؟", Answer(value="live", proposed=True)),
    "notes": ("من أين هذه الملاحظة؟", Answer(value="x", proposed=True)),
    "killed": (
        "لماذا لا يسأل عن القتلى؟",
        Answer(blank=Blank.MISSING),
    ),  # a threat has no casualties
    "injured": ("سئل عنهم من قبل", Answer(value={"min": 1, "max": 1})),
    "weapons": ("لم أجد سلاحا", Answer(blank=Blank.NOT_APPLICABLE)),
}
HOLDING = [each for each in FORMATS if set(CODINGS) <= set(each.holds)]


@pytest.fixture
def commented(demo: Project) -> Project:
    """The sample with comments on proposed values and on questions that do not arise."""
    with demo.store.begin("amal") as work:
        coding = work.queries.coding(ARTICLE, "amal")
        assert coding is not None
        genre, *others = [
            (
                name,
                Answer(
                    value=a.value, blank=a.blank, proposed=a.proposed, comment=comment
                ),
            )
            for name, (comment, a) in SAID.items()
        ]
        changed, event = coding.with_answer(*genre), coding.events[0]
        for each in others:
            event = event.with_answer(*each)
        work.save_coding(coding, changed.with_event(event), "comment.set")
    return demo


def contents(path: Path) -> str:
    """All texts in a file or folder, whatever its format."""
    if path.is_dir():
        return "".join(contents(each) for each in path.iterdir())
    if path.suffix == ".parquet":
        return json.dumps(polars.read_parquet(path).to_dicts(), ensure_ascii=False)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return "".join(
                packed.read(name).decode("utf-8") for name in packed.namelist()
            )
    return path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("form", HOLDING, ids=[form.name for form in HOLDING])
def test_no_comment_is_left_out_unsaid(
    commented: Project, tmp_path: Path, form: Writer
) -> None:
    done = deliver(commented, form.name, "codings", tmp_path / "out", allow_loss=True)
    if "comments" in form.lacks:
        assert done.lost["comments"] == len(SAID)
    else:
        found = contents(tmp_path / "out")
        assert [name for name, (said, _) in SAID.items() if said not in found] == []
