"""The worked records of the coding guide are taken in and pass `coder check`."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.foreign import to_json
from coder.model import Article
from coder.native import from_coding
from tests.codebook.worked_records import RECORDS, codings
from tests.conftest import SEEDS

Run = Callable[..., tuple[int, str, str]]


def test_the_worked_records_are_imported_and_keep_every_rule(
    run_coder: Run,
    conflict_events: Codebook,
    sample_articles: Mapping[str, Article],
    tmp_path: Path,
) -> None:
    project, file = tmp_path / "p", tmp_path / "guide.jsonl"
    made = codings(conflict_events, sample_articles, "guide")
    file.write_text("".join(to_json(from_coding(c)) + "\n" for c in made), "utf-8")
    assert run_coder("init", project)[0] == 0
    assert (
        run_coder("people", "add", "guide", "--role", "coder", "--project", project)[0]
        == 0
    )
    assert run_coder("import", SEEDS, "--format", "text", "--project", project)[0] == 0
    code, out, err = run_coder("import", file, "--project", project)
    assert (code, out.splitlines()[0]) == (0, "imported: 0 articles and 5 codings"), err
    code, out, _ = run_coder("check", "--errors", "--project", project)
    assert (code, out) == (0, "لا أخطاء\n")


@pytest.mark.parametrize("name", RECORDS)
def test_a_worked_record_has_no_problem_of_its_own(
    conflict_events: Codebook, sample_articles: Mapping[str, Article], name: str
) -> None:
    [(made, article)] = [
        (c, sample_articles[c.article])
        for c in codings(conflict_events, sample_articles, "guide")
        if c.event(name)
    ]
    assert [
        p for p in problems(made, conflict_events, article) if p.event_id == name
    ] == []
