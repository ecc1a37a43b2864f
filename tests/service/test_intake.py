"""Files in: unchanged, all or nothing, and each refusal names file, line and what to
do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coder.errors import CoderError
from coder.importers.native_reader import to_coding
from coder.model import Article
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, open_project
from coder.service.upkeep.integrity import verify

SEEDS = Path(__file__).parent.parent.parent / "seeds"
FIRST = "000_fd74d59c4a9049c0"


def everything(project: Project) -> tuple[list[str], int]:
    with project.store.read() as queries:
        return queries.article_ids(), sum(1 for _ in queries.entries())


def coding_line(**changes: Any) -> str:
    record = json.loads(
        (SEEDS / "codings" / "amal.jsonl").read_text("utf-8").splitlines()[0]
    )
    return json.dumps({**record, **changes}, ensure_ascii=False) + "\n"


def write_copies(path: Path, count: int) -> Path:
    """Write a line for each of so many articles with the same text: text and coding."""
    record = json.loads(coding_line())
    text = (SEEDS / f"{FIRST}.txt").read_text("utf-8")
    articles = [
        {**record["article"], "id": f"a{number:03}", "text": text}
        for number in range(count)
    ]
    lines = [coding_line(article=article) for article in articles]
    path.write_text("".join(lines), "utf-8")
    return path


def refused(project: Project, *paths: Path) -> CoderError:
    before = everything(project)
    with pytest.raises(CoderError) as caught:
        import_files(project, paths)
    assert everything(project) == before
    assert caught.value.hint
    return caught.value


def test_articles_come_in_unchanged(
    project: Project, sample_articles: dict[str, Article]
) -> None:
    report = import_files(project, [SEEDS])
    assert (report.articles, report.codings) == (5, 10)
    for article_id, expected in sample_articles.items():
        stored = project.article(article_id)
        assert stored.text == expected.text
        assert stored.text_sha256 == expected.text_sha256


@pytest.fixture(autouse=True)
def second_coder(project: Project) -> None:
    project.add_person("basim", "coder")


def test_line_ends_and_white_space_are_kept(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("﻿سطر\r\nآخر \t\r\n\n".encode())
    import_files(project, [path])
    assert project.article("x").text == "سطر\r\nآخر \t\r\n\n"


def test_the_same_files_twice_change_nothing(project: Project) -> None:
    import_files(project, [SEEDS])
    before = everything(project)
    report = import_files(project, [SEEDS])
    assert (report.articles, report.codings, report.unchanged) == (0, 0, 15)
    assert everything(project) == before


def test_boilerplate_is_marked_by_offsets_and_stays_in_the_text(
    project: Project,
) -> None:
    import_files(project, [SEEDS])
    article = project.article("001")
    marked = [article.text[start:end] for start, end in article.boilerplate]
    assert any("Skip to main content" in stretch for stretch in marked)
    assert article.text.startswith("Skip to main content")


@pytest.mark.parametrize(
    ("name", "data", "words", "where"),
    [
        ("latin.txt", "سطر\nثان ".encode() + b"\xe4\xe5", "not UTF-8", "latin.txt:2"),
        ("windows.txt", "العراق".encode("windows-1256"), "not UTF-8", "windows.txt:1"),
        ("empty.txt", b"", "empty", "empty.txt"),
        ("blank.txt", b" \n\t\n", "empty", "blank.txt"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0\0", "binary", "binary.txt"),
        ("picture.png", b"\x89PNG", "has an unknown ending", "picture.png"),
        ("half.jsonl", b'{"format": "coder/1"', "not JSON", "half.jsonl:1"),
        (
            "other.jsonl",
            b'\n{"article": "x"}\n',
            "'format' is missing",
            "other.jsonl:2",
        ),
    ],
)
def test_bad_files_are_refused_with_file_and_line(
    project: Project, tmp_path: Path, name: str, data: bytes, words: str, where: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    good = tmp_path / "good.txt"
    good.write_text("مقال سليم", "utf-8")
    error = refused(project, good, path)
    assert words in str(error)
    assert where in error.where


def test_a_folder_without_articles_and_a_missing_file_are_refused(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    assert "no article" in refused(project, tmp_path / "folder").message
    assert "no such file" in refused(project, tmp_path / "nowhere.txt").message


def test_another_text_under_the_same_name_is_refused(
    project: Project, tmp_path: Path
) -> None:
    import_files(project, [SEEDS / f"{FIRST}.txt"])
    other = tmp_path / f"{FIRST}.txt"
    other.write_text("نص آخر", "utf-8")
    assert "a different text" in refused(project, other).message


def span(kind: str, start: int, end: int, quote: str) -> dict[str, Any]:
    return {"id": "d1", "kind": kind, "start": start, "end": end, "quote": quote}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"article": {"id": "999", "text_sha256": "x"}}, "no article '999'"),
        ({"article": {"id": FIRST, "text_sha256": "0" * 64}}, "another text"),
        ({"coder": "nobody"}, "no coder 'nobody'"),
        ({"codebook": "conflict-events-ar@9.0.0"}, "conflict-events-ar@9.0.0"),
        ({"spans": [span("date", 4, 17, "17 أكتوبر ٢٠٢٣")]}, "'d1' [4, 17)"),
        ({"spans": [span("date", 9990, 9999, "x")]}, "[9990, 9999)"),
        ({"spans": [span("colour", 3, 5, "17")]}, "span kind 'colour'"),
        ({"answers": {"mood": {"value": "x"}}}, "article field 'mood'"),
        (
            {"events": [{"id": "e1", "fields": {"mood": {"value": "x"}}}]},
            "event field 'mood'",
        ),
    ],
)
def test_codings_that_do_not_fit_are_refused_with_their_line(
    project: Project, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    import_files(project, [SEEDS / f"{FIRST}.txt"])
    path = tmp_path / "bad.jsonl"
    path.write_text("\n" + coding_line(**changes), "utf-8")
    error = refused(project, path)
    assert words in error.message
    assert f"{path}:2: " in str(error)


def test_evidence_must_exist(project: Project, tmp_path: Path) -> None:
    import_files(project, [SEEDS / f"{FIRST}.txt"])
    path = tmp_path / "bad.jsonl"
    path.write_text(coding_line(spans=[]), "utf-8")
    assert "evidence 'd1'" in refused(project, path).message


def test_a_coding_is_never_overwritten(project: Project, tmp_path: Path) -> None:
    import_files(project, [SEEDS / f"{FIRST}.txt"])
    path = tmp_path / "one.jsonl"
    path.write_text(coding_line(), "utf-8")
    import_files(project, [path])
    path.write_text(coding_line(events=[]), "utf-8")
    assert "already has another coding" in refused(project, path).message


def test_a_native_file_may_carry_its_article(project: Project, tmp_path: Path) -> None:
    text = (SEEDS / f"{FIRST}.txt").read_bytes().decode("utf-8")
    head = {"id": FIRST, "text_sha256": Article(FIRST, text).text_sha256, "text": text}
    path = tmp_path / "whole.jsonl"
    path.write_text(coding_line(article=head), "utf-8")
    report = import_files(project, [path])
    assert (report.articles, report.codings) == (1, 1)
    path.write_text(coding_line(article={**head, "text": text + "!"}), "utf-8")
    assert "does not match its text_sha256" in refused(project, path).message


def test_an_import_that_is_broken_off_goes_on_where_it_was(
    project: Project, tmp_path: Path
) -> None:
    file = write_copies(tmp_path / "many.jsonl", 60)

    def break_off(done: int, of: int) -> None:
        if done > 60:  # the articles and some codings
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files(project, [file], writing=break_off)
    assert verify(project).findings == []
    with project.store.read() as queries:
        written = len([*queries.codings(submitted=False)])
    assert 0 < written < 60
    report = import_files(project, [file])
    assert (report.articles, report.codings) == (0, 60 - written)
    assert verify(project).findings == []


def test_others_can_write_while_an_import_writes(
    project: Project, tmp_path: Path
) -> None:
    names: list[str] = []

    def somebody_else_writes(done: int, of: int) -> None:
        other = open_project(project.config.folder)
        names.append(f"coder{done}")
        other.add_person(names[-1], "coder")
        other.close()

    file = write_copies(tmp_path / "many.jsonl", 60)
    import_files(project, [file], writing=somebody_else_writes)
    assert len(names) > 3
    assert {person.name for person in project.people()} == {"amal", "basim", *names}


def test_what_is_read_and_written_is_told(project: Project) -> None:
    told: list[tuple[str, int, int]] = []

    def tell(half: str) -> Callable[[int, int], None]:
        return lambda done, of: told.append((half, done, of))

    import_files(project, [SEEDS], reading=tell("read"), writing=tell("write"))
    assert ("read", 15, 15) in told
    assert told[-1] == ("write", 15, 15)


def test_a_coding_twice_in_one_import_comes_in_once_and_another_is_refused(
    project: Project, tmp_path: Path
) -> None:
    import_files(project, sorted(SEEDS.glob("*.txt")))
    twice, other = tmp_path / "twice.jsonl", tmp_path / "other.jsonl"
    twice.write_text(coding_line(), "utf-8")
    other.write_text(coding_line(events=[]), "utf-8")
    assert "another coding" in refused(project, twice, other).message
    twice.write_text(coding_line() * 2, "utf-8")
    report = import_files(project, [twice])
    assert (report.codings, report.repeated, report.unchanged) == (1, 1, 0)


def test_an_article_twice_in_one_import_is_not_one_that_was_there(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "news.jsonl").write_text('{"id": "1", "text": "قصف"}\n' * 3, "utf-8")
    report = import_files(project, [tmp_path / "news.jsonl"])
    assert (report.articles, report.repeated, report.unchanged) == (1, 2, 0)
    again = import_files(project, [tmp_path / "news.jsonl"])
    assert (again.articles, again.repeated, again.unchanged) == (0, 0, 3)


def test_large_imports_on_all_cores_are_the_same(
    project: Project, tmp_path: Path
) -> None:
    file = write_copies(tmp_path / "many.jsonl", 210)
    report = import_files(project, [file])
    assert (report.articles, report.codings, report.errors) == (210, 210, 0)
    with project.store.read() as queries:
        codings = {coding.id: coding for coding in queries.codings(submitted=False)}
    lines = file.read_text("utf-8").splitlines()
    expected = [to_coding(json.loads(line)) for line in lines]
    assert codings == {coding.id: coding for coding in expected}


def test_an_id_that_somebody_else_takes_meanwhile_is_told_with_what_is_written(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "many.jsonl"
    lines = [{"id": f"a{n:03}", "text": f"نص {n}"} for n in range(600)]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    def meanwhile(done: int, of: int) -> None:
        if done == 500:  # the first transaction
            with project.store.begin("setup") as work:
                work.add_articles([Article("a599", "نص آخر")])

    with pytest.raises(CoderError, match="500 articles had been written") as caught:
        import_files(project, [path], writing=meanwhile)
    assert caught.value.hint and "again" in str(caught.value.hint)
    assert (
        len(everything(project)[0]) == 501 and project.article("a599").text == "نص آخر"
    )
    assert not verify(project).findings
