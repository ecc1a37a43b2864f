"""What comes with articles: taken by its name, kept, corrected, proposed; nothing left
in silence.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import Answer
from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import Intake, import_files
from coder.service.edits.answer_edits import AcceptProposals
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify

TEXT = "قُتل ثلاثة أشخاص أمس في غارة على حلب."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "files"


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def reasons(report: Intake) -> list[str]:
    return [f"{Path(left.file).name}: {left.reason}" for left in report.left_out]


def test_a_table_gives_articles_with_what_is_known_by_common_names(
    project: Project, file: Path
) -> None:
    rows = f'doc_id,Headline,Body,Date,Source,tags\nn1,غارة,"{TEXT}\nسطر ""ثان""",2024-03-05,سانا,x\n'
    report = import_files(project, [write(file, "a.csv", rows, "utf-8-sig")])
    article = project.article("n1")
    assert article.text == f'{TEXT}\nسطر "ثان"'
    assert article.metadata == {
        "title": "غارة",
        "published": "2024-03-05",
        "outlet": "سانا",
    }
    assert article.headline == "غارة" and article.imprint == ("2024-03-05", "سانا")
    assert (report.articles, dict(report.left_columns)) == (1, {"tags": 1})
    assert verify(project).findings == []


def test_a_very_long_title_ends_behind_a_word(project: Project, file: Path) -> None:
    title = " ".join(["غارة"] * 100)
    import_files(project, [write(file, "a.csv", f"id,title,text\n1,{title},{TEXT}\n")])
    assert (
        project.article("1").headline == " ".join(["غارة"] * 60) + "…"
    )  # of 299 code points


def test_columns_are_taken_under_the_names_that_somebody_gives_them(
    project: Project, file: Path
) -> None:
    path = write(file, "a.csv", f"n;inhalt;tag;region\n1;{TEXT};2024-03-05;شمال\n")
    with pytest.raises(CoderError) as refused:
        import_files(project, [path])
    assert "--map text=COLUMN" in refused.value.hint
    import_files(
        project,
        [path],
        columns=["id=n", "text=inhalt", "published=tag", "region=region"],
    )
    assert project.article("1").metadata == {
        "published": "2024-03-05",
        "region": "شمال",
    }
    for wrong in ("text", "=x", "a b=c", "text=nowhere"):
        with pytest.raises(CoderError):
            import_files(project, [path], columns=[wrong])


@pytest.mark.parametrize(
    ("name", "content", "known"),
    [
        ("a.csv", f"id,text,place\n1,{TEXT},حلب\n", "id, text, place."),
        (
            "a.jsonl",
            f'{{"id": "1", "text": "{TEXT}"}}\n{{"id": "2", "place": "حلب"}}\n',
            "id, text, place.",
        ),
        ("a.txt", f"title: غارة\n\n{TEXT}\n", "id, title, text."),
        (
            "a.html",
            f"<html><body><article><p>{TEXT * 9}</p></article></body></html>",
            "id, text.",
        ),
    ],
)
def test_a_column_that_no_record_has_is_refused(
    project: Project, tmp_path: Path, name: str, content: str, known: str
) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(CoderError, match="no column 'nope'") as refused:
        import_files(project, [path], columns=["region=nope"])
    assert refused.value.where == str(path) and str(refused.value.hint).endswith(known)
    with project.store.read() as queries:
        assert queries.article_ids() == []
    if "place" in content:
        assert import_files(project, [path], columns=["region=place"]).articles


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T23:30:00+03:00", "2024-03-05"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05"),
        ("1709632800", "2024-03-05"),  # `date -u -d @1709632800`
        (
            "1704012101210",
            "2023-12-31",
        ),  # milliseconds, not 17 January 4012: `date -u -d @1704012101`
        ("5 آذار 2024", "2024-03-05"),
        ("٥ مارس ٢٠٢٤", "2024-03-05"),
        ("05/03/2024", "2024-03-05"),
        ("7 تشرين أول/أكتوبر 2023", "2023-10-07"),
        ("السبت 7 تشرين أول (أكتوبر) 2023", "2023-10-07"),
        ("9 كانون ثاني/ يناير 2024", "2024-01-09"),
        ("12 تشرين ثان 2023", "2023-11-12"),
        ("31 كانون أول 2023", "2023-12-31"),
        ("5 كانون الثاني2024", "2024-01-05"),
        ("5آذار 2024", "2024-03-05"),
        ("12-13 آذار 2024", None),
        ("قريباً", None),
        ("مارس 2024", None),
        ("1445-09-15", None),  # a day of the Hijri calendar
    ],
)
def test_days_of_publication_are_read_and_else_kept_and_told(
    project: Project, file: Path, words: str, day: str | None
) -> None:
    line = json.dumps({"id": "1", "text": TEXT, "date": words}, ensure_ascii=False)
    report = import_files(project, [write(file, "a.jsonl", line)])
    article = project.article("1")
    assert (article.published and article.published.isoformat()) == day
    assert bool(report.left_out) is (day is None)
    if day is None:
        assert article.metadata == {"published": words}


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("5 March 2024 10:30 PM", "2024-03-05T22:30:00"),
        ("Mar 5, 2024 11:15pm", "2024-03-05T23:15:00"),
        ("5 March 2024 12:05 a.m.", "2024-03-05T00:05:00"),
        ("5 March 2024 12:05 PM", "2024-03-05T12:05:00"),
        ("5 March 2024 22:30", "2024-03-05T22:30:00"),
    ],
)
def test_times_of_publication_are_read_in_either_half_of_the_day(
    project: Project, file: Path, words: str, time: str
) -> None:
    import_files(
        project,
        [write(file, "a.jsonl", json.dumps({"id": "1", "text": TEXT, "date": words}))],
    )
    assert project.article("1").metadata["published"] == time


@pytest.mark.parametrize(
    ("day", "is_told"), [("03/13/2024", True), ("3-31-24", True), ("قريباً", False)]
)
def test_a_day_with_the_month_first_is_told_as_such(
    project: Project, file: Path, day: str, is_told: bool
) -> None:
    lines = [
        {"id": "1", "text": TEXT, "date": "05/03/2024"},
        {"id": "2", "text": TEXT + "2", "date": day},
    ]
    report = import_files(
        project, [write(file, "a.jsonl", "\n".join(map(json.dumps, lines)))]
    )
    [told] = report.left_out
    assert ("the day comes first" in told.reason.of("en")) is is_told
    assert project.article("2").metadata["published"] == day


def test_relative_dates_hang_on_the_day_that_came_with_the_article(
    project: Project, file: Path
) -> None:
    path = write(
        file,
        "a.jsonl",
        json.dumps({"id": "1", "text": TEXT, "published": "2024-03-05"}),
    )
    import_files(project, [path])
    suggest(project, cores=1)
    with project.store.read() as queries:
        [said] = [c for c in queries.candidates("1") if c.kind == "date"]
    assert (said.quote, said.value["start"]) == ("أمس", "2024-03-04")
    # Another day, from a table beside the articles: the suggester reads again.
    report = import_files(
        project, [write(file, "days.csv", "file,published\n1.txt,2023-01-02\n")]
    )
    assert (report.articles, report.corrected) == (0, 1)
    assert suggest(project, cores=1) == 1
    with project.store.read() as queries:
        [said] = [c for c in queries.candidates("1") if c.kind == "date"]
    assert said.value["start"] == "2023-01-01"


def test_the_same_table_twice_changes_nothing(project: Project, file: Path) -> None:
    path = write(file, "a.csv", f"text,date\n{TEXT},2024-03-05\n")
    import_files(project, [path])
    with project.store.read() as queries:
        before = queries.article_ids(), sum(1 for _ in queries.entries())
    report = import_files(project, [path])
    assert (report.articles, report.unchanged, report.corrected) == (0, 1, 0)
    with project.store.read() as queries:
        assert (queries.article_ids(), sum(1 for _ in queries.entries())) == before


def test_what_is_known_is_proposed_for_the_fields_and_counts_when_confirmed(
    project: Project, file: Path
) -> None:
    row = {
        "id": "1",
        "text": TEXT,
        "published": "2024-03-05T10:00:00Z",
        "outlet": "سانا",
    }
    import_files(project, [write(file, "a.jsonl", json.dumps(row))])
    session = CodingSession(project, project.article("1"), "amal")
    day = {
        "start": "2024-03-05",
        "end": "2024-03-05",
        "precision": "day",
        "basis": "absolute",
    }
    assert session.coding.answers == {
        "pub_date": Answer(day, proposed=True),
        "outlet": Answer("سانا", proposed=True),
    }
    assert not session.coding.answer("pub_date").coded
    session.do(AcceptProposals("", (session.codebook.article_field("pub_date"),)))
    assert (
        session.coding.answer("pub_date").coded
        and session.coding.answer("outlet").proposed
    )
    session.do(AcceptProposals(""))
    session.close()
    with project.store.read() as queries:
        stored = queries.coding("1", "amal")
    assert stored is not None and stored.answer("outlet") == Answer("سانا")
    assert verify(project).findings == []


@pytest.mark.parametrize(
    ("text", "kept", "known"),
    [
        (
            f"Title: غارة\nDate: 2024-03-05\n\n{TEXT}\n",
            f"{TEXT}\n",
            {"title": "غارة", "published": "2024-03-05"},
        ),
        (f"---\r\nالعنوان: غارة\r\n---\r\n{TEXT}", TEXT, {"title": "غارة"}),
        (
            f"المصدر: سانا\n\n{TEXT}",
            f"المصدر: سانا\n\n{TEXT}",
            {},
        ),  # it may be the article's own line
        (
            f"Title: غارة\nSomething: else\n\n{TEXT}",
            f"Title: غارة\nSomething: else\n\n{TEXT}",
            {},
        ),
        (f"Title: غارة\n{TEXT}", f"Title: غارة\n{TEXT}", {}),
    ],
)
def test_a_text_may_have_a_head(
    project: Project, file: Path, text: str, kept: str, known: dict[str, str]
) -> None:
    import_files(project, [write(file, "a.txt", text)])
    article = project.article("a")
    assert (article.text, article.metadata) == (kept, known)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Title: غارة\nSection: news\n\n", "'Section' in line 2"),
        ("Something: else\nTitle: غارة\n\n", "'Something' in line 1"),
        ("Title: غارة\nDate: 2024-03-05\n\n", None),
        ("Aleppo: a raid\n\n", None),  # no name is known: the article begins so
    ],
)
def test_a_head_that_stays_in_the_text_is_told(
    project: Project, file: Path, text: str, told: str | None
) -> None:
    said = reasons(import_files(project, [write(file, "a.txt", text + TEXT)]))
    assert project.article("a").text.startswith(text) is (
        told is not None or "Aleppo" in text
    )
    assert [told in each and each.startswith("a.txt: ") for each in said] == [
        True
    ] * bool(told)


@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6", "utf-32"],
)
def test_other_encodings_are_read_and_said(
    project: Project, file: Path, encoding: str
) -> None:
    text = "قتل شخص أمس في دمشق من قبل مسلحين على الطريق.\n"
    report = import_files(project, [write(file, "a.txt", text, encoding)])
    assert project.article("a").text == text
    assert list(report.encodings.values()) == [encoding]
    table = f"id,text\nb,{text.strip()}\n"
    path = write(file, "b.csv", table, encoding)
    report = import_files(project, [path])
    assert project.article("b").text == text.strip()
    assert report.encodings == {str(path): encoding}


def test_hidden_and_temporary_files_of_a_folder_are_left_and_told(
    project: Project, file: Path
) -> None:
    for name in ("a.txt", ".b.txt", "._a.txt", "~$c.docx", "a.txt~", ".DS_Store"):
        write(file, name, TEXT)
    report = import_files(project, [file])
    assert report.articles == 1
    hidden = "a hidden or temporary file"
    assert [each for each in reasons(report) if hidden in each] == [
        f"._a.txt: {hidden}",
        f".b.txt: {hidden}",
        f"~$c.docx: {hidden}",
    ]
    assert [
        each.partition(":")[0] for each in reasons(report) if hidden not in each
    ] == ["a.txt~"]


def test_what_is_not_taken_is_told(project: Project, file: Path) -> None:
    rows = [
        {"id": "1", "text": " "},
        {"id": "2", "published": "2024-01-01"},
        {"id": "3", "text": TEXT},
    ]
    rows.append({"id": "4"})  # whose text got lost
    path = write(file, "a.jsonl", "\n".join(map(json.dumps, rows)))
    write(file, "notes.md", "x")
    report = import_files(project, [file])
    assert report.articles == 1
    assert [reason.split(":")[0] for reason in reasons(report)] == [
        "notes.md",
        *[path.name] * 3,
    ]


@pytest.mark.parametrize(
    ("name", "data", "words", "where"),
    [
        ("a.csv", b"id,text\n1,x,y\n", "3 cells", "a.csv:2"),
        ("a.csv", b"id,id,text\n1,2,x\n", "Two columns", "a.csv"),
        ("a.csv", b'id,text\n1,"x\n', "cannot be read", "a.csv"),
        (
            "a.csv",
            b"id,text\n1," + b"\xd9\x82\xd8\xaa\xd9\x84 \xff\n",
            "not utf-8",
            "a.csv:2",
        ),
        (
            "a.csv",
            b"id,text" + b"\n1,\xd9\x82" * 40_000 + b"\n2,\xff",
            "not utf-8",
            "a.csv:40002",
        ),
        (
            "a.csv",
            "\ufeffid,text\n1,ق\n2,".encode("utf-16-le") + b"\0\xdc\n\0",
            "not utf-16",
            "a.csv:3",
        ),
        (
            "a.csv",
            "\ufeffid,text\n1,ق\n".encode("utf-16-le") + b"2",
            "not utf-16",
            "a.csv:3",
        ),
        ("a.csv", b"id,text\n1,a\0b\n", "contains", "a.csv:2"),
        ("a.csv", b"", "empty", "a.csv"),
        ("a.jsonl", b'{"id": "1", "text": 5}', "not a string", "a.jsonl:1"),
        (
            "a.jsonl",
            b'{"id": "a\\nb", "text": "x"}',
            "cannot be an article's id",
            "a.jsonl:1",
        ),
        (
            "a.jsonl",
            b'{"id": "1", "text": "x"}\n{"id": "2", "text": "y"',
            "not JSON",
            "a.jsonl:2",
        ),
        ("a.jsonl", b'{"id": "1", "text": "\\ud800"}', "contains", "a.jsonl:1"),
        ("a.jsonl", b'{"text": "' + b"x" * 2**25 + b'"}', "larger than", "a.jsonl:1"),
    ],
)
def test_bad_tables_are_refused_whole_with_file_and_line(
    project: Project, file: Path, name: str, data: bytes, words: str, where: str
) -> None:
    good = write(file, "good.txt", TEXT)
    (file / name).write_bytes(data)
    with pytest.raises(CoderError) as refused:
        import_files(project, [good, file / name])
    assert words in str(refused.value) and f"{refused.value.where}:".startswith(
        f"{file / where}:"
    )
    with project.store.read() as queries:
        assert queries.article_ids() == []


def test_an_article_that_is_nearly_another_is_linked_to_it_and_stays(
    project: Project, file: Path
) -> None:
    words = [f"كلمة{i}" for i in range(60)]
    first, other = " ".join(words), " ".join(reversed(words))
    import_files(project, [write(file, "a.txt", first), write(file, "b.txt", other)])
    near = " ".join([*words[:-1], "غيرها"])  # of 58 runs each, 57 are in both
    more = f"{other} جديد آخر ثالث"
    report = import_files(
        project, [write(file, "c.txt", near), write(file, "d.txt", more)], near=0.9
    )
    assert [(n.article, n.like, round(n.similarity, 3)) for n in report.near] == [
        ("c", "a", round(57 / 59, 3)),
        ("d", "b", round(58 / 61, 3)),
    ]
    assert (
        report.articles == 2
        and project.article("c").metadata["near_duplicate_of"] == "a"
    )
    assert project.article("a").metadata == {} and verify(project).findings == []
    assert (
        import_files(project, [write(file, "e.txt", f"{first} {other}")], near=0.9).near
        == []
    )


def test_of_two_new_articles_the_one_that_came_later_is_linked(
    project: Project, file: Path
) -> None:
    words = [f"كلمة{i}" for i in range(60)]
    lines = [
        {"id": "z", "text": " ".join(words)},
        {"id": "a", "text": " ".join(words[:-1])},
    ]
    path = write(file, "news.jsonl", "".join(json.dumps(each) + "\n" for each in lines))
    [near] = import_files(project, [path], near=0.9).near
    assert (near.article, near.like) == ("a", "z")


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("a.csv", f"id,text,date\n1,{TEXT},2024-03-05\n1,{TEXT},2024-03-06\n", (2, 3)),
        ("a.csv", "id,date,title\n1,2024-03-05,\n1,,غارة\n1,2024-03-06,غارة\n", (2, 4)),
    ],
)
def test_rows_that_contradict_each_other_are_refused_with_the_places_of_both(
    project: Project, file: Path, name: str, content: str, lines: tuple[int, int]
) -> None:
    path = write(file, name, content)
    with pytest.raises(CoderError) as refused:
        import_files(project, [path])
    assert refused.value.where == f"{path}:{lines[1]}"
    for said in ("published", "2024-03-05", "2024-03-06", f"{path}:{lines[0]}"):
        assert said in str(refused.value)
    with project.store.read() as queries:
        assert queries.article_ids() == []


def test_rows_that_add_to_each_other_or_come_later_are_no_contradiction(
    project: Project, file: Path
) -> None:
    both = f"id,text,date,title\n1,{TEXT},2024-03-05,\n1,{TEXT},5 آذار 2024,غارة\n"
    import_files(project, [write(file, "a.csv", both)])
    assert project.article("1").metadata == {"published": "2024-03-05", "title": "غارة"}
    report = import_files(
        project, [write(file, "later.csv", "id,date\n1,2024-03-06\n")]
    )
    assert (report.corrected, project.article("1").metadata["published"]) == (
        1,
        "2024-03-06",
    )
