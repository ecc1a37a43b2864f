"""Other tools' annotations: what their own files hold arrives, by a mapping, or is
counted as left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from coder.errors import CoderError
from coder.importers.annotated import documents_in
from coder.importers.registry import reader_for
from coder.model import Coding
from coder.service.delivery.annotations import draft_project_mapping
from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project
from coder.service.upkeep.integrity import verify

TEXT = "قال محمد😀 إن الجيش السوري قصف حلب أمس."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "project")
    for name in ("amal", "basim"):
        made.add_person(name, "coder")
    yield made
    made.close()


def written(path: Path, *lines: Any) -> Path:
    path.write_text(
        "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines) + "\n",
        "utf-8",
    )
    return path


def mapping(path: Path, **tables: Any) -> Path:
    (path / "map.yaml").write_text(yaml.safe_dump(tables, allow_unicode=True), "utf-8")
    return path / "map.yaml"


def coding(project: Project, article: str, coder: str = "amal") -> Coding:
    with project.store.read() as queries:
        found = queries.coding(article, coder)
    assert found is not None
    return found


# ------------------------------------------------------------ by a mapping
def studio_task(**more: Any) -> list[Any]:
    def region(id_: str, label: str, words: str) -> dict[str, Any]:
        start = (
            len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
        )  # as a browser counts
        value = {
            "start": start,
            "end": start + len(words),
            "text": words,
            "labels": [label],
        }
        return {
            "id": id_,
            "type": "labels",
            "from_name": "l",
            "to_name": "t",
            "value": value,
        }

    result = [
        region("a", "ATTACK", "قصف"),
        region("b", "ORG", "الجيش السوري"),
        region("c", "GPE", "حلب"),
    ]
    result += [
        {"type": "relation", "from_id": "a", "to_id": i, "labels": [r]}
        for i, r in (("b", "by"), ("c", "in"))
    ]
    result += [
        {"type": "choices", "from_name": "useful", "value": {"choices": ["Yes"]}}
    ]
    return [
        {
            "id": 1,
            "data": {"text": TEXT},
            "annotations": [{"completed_by": 7, "result": result, **more}],
        }
    ]


def studio(path: Path, **more: Any) -> Path:
    return written(path / "tasks.json", studio_task(**more))


MAP = {
    "labels": {"ATTACK": {"event": "airstrike"}, "ORG": "actor", "GPE": "place"},
    "roles": {"by": "initiators", "in": "place"},
    "attributes": {"useful": {"field": "relevance", "values": {"Yes": "relevant"}}},
}


def test_relations_become_an_event_with_values_and_evidence(
    project: Project, tmp_path: Path
) -> None:
    types = {each.id for each in project.codebook.leaf_types()}
    of = next(
        name
        for name in sorted(types)
        if "air" in name or "bomb" in name or "shell" in name
    )
    labels = {**MAP["labels"], "ATTACK": {"event": of}}
    report = import_files(
        project,
        [studio(tmp_path)],
        whom="amal",
        mapping=mapping(tmp_path, **{**MAP, "labels": labels}),
    )
    assert (report.articles, report.codings) == (1, 1) and not any(report.left.values())
    with project.store.read() as queries:
        [name] = queries.article_ids()
    work = coding(project, name)
    quotes = {span.id: span.quote for span in work.spans}
    assert sorted(quotes.values()) == sorted(["قصف", "الجيش السوري", "حلب"])
    [event] = work.events
    answer = event.answer("event_type")
    assert answer.value == of and [quotes[i] for i in answer.evidence] == ["قصف"]
    assert [quotes[i] for i in event.answer("initiators").evidence] == ["الجيش السوري"]
    assert event.answer("place").coded and work.answer("relevance").value == "relevant"
    assert verify(project).findings == []
    again = import_files(
        project,
        [studio(tmp_path)],
        whom="amal",
        mapping=mapping(tmp_path, **{**MAP, "labels": labels}),
    )
    assert (again.articles, again.codings, again.unchanged) == (0, 0, 2)


def test_json_min_is_what_the_full_export_is_but_for_relations(
    project: Project, tmp_path: Path
) -> None:
    """As label-studio-sdk's converter writes it: data, the task's number, results, then
    who and when.
    """
    [task] = studio_task()
    regions = [
        each["value"]
        for each in task["annotations"][0]["result"]
        if each["type"] == "labels"
    ]
    record = {
        "text": TEXT,
        "outlet": "الحياة",
        "id": 1,
        "label": regions,
        "useful": "Yes",
        "annotator": 7,
    }
    record |= {
        "annotation_id": 3,
        "created_at": "2022-11-04T18:50:53Z",
        "updated_at": None,
        "lead_time": 1.5,
    }
    labels = {"ATTACK": None, "ORG": "actor", "GPE": "place"}
    by = mapping(tmp_path, labels=labels, attributes=MAP["attributes"])
    report = import_files(
        project, [written(tmp_path / "min.json", [record])], whom="amal", mapping=by
    )
    assert (report.articles, report.codings) == (1, 1) and report.left[
        "attributes"
    ] == {}
    with project.store.read() as queries:
        [name] = queries.article_ids()
    found = coding(project, name)
    assert {span.quote: span.kind for span in found.spans} == {
        "الجيش السوري": "actor",
        "حلب": "place",
    }
    assert found.answer("relevance").value == "relevant"
    assert project.article(name).metadata["outlet"] == "الحياة"


def test_what_has_no_place_in_the_codebook_is_counted_by_name(
    project: Project, tmp_path: Path
) -> None:
    report = import_files(
        project,
        [studio(tmp_path)],
        whom="amal",
        mapping=mapping(tmp_path, labels={"GPE": "place"}),
    )
    assert report.left["labels"] == {"ATTACK": 1, "ORG": 1}
    assert report.left["roles"] == {"by": 1, "in": 1} and report.left["attributes"] == {
        "useful": 1
    }


def test_a_second_choice_for_a_field_of_one_value_is_counted(
    project: Project, tmp_path: Path
) -> None:
    [task] = studio_task()
    task["annotations"][0]["result"][-1]["value"]["choices"] = ["Yes", "No", "Yes"]
    useful = {"field": "relevance", "values": {"Yes": "relevant", "No": "not_relevant"}}
    tables = mapping(tmp_path, labels={"GPE": "place"}, attributes={"useful": useful})
    report = import_files(
        project, [written(tmp_path / "tasks.json", [task])], whom="amal", mapping=tables
    )
    assert report.left["values"] == {"useful=not_relevant": 1}


def test_a_first_mapping_file_names_what_is_like_and_can_be_used(
    project: Project, tmp_path: Path
) -> None:
    first = draft_project_mapping(project, [studio(tmp_path)])
    read_back = yaml.safe_load(first)
    assert read_back["labels"] == {"ATTACK": None, "ORG": "actor", "GPE": "place"}
    assert read_back["roles"] == {"by": None, "in": None}
    (tmp_path / "first.yaml").write_text(first, "utf-8")
    assert (
        import_files(
            project, [studio(tmp_path)], whom="amal", mapping=tmp_path / "first.yaml"
        ).codings
        == 1
    )


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"labels": {"ORG": "actr"}}, "labels.ORG"),
        ({"labels": {"ORG": {"event": "atack"}}}, "labels.ORG"),
        ({"roles": {"by": "initiator"}}, "roles.by"),
        ({"labels": {"ORG": 5}}, "labels.ORG"),
        ({"label": {}}, "label"),
    ],
)
def test_a_mapping_to_what_is_not_there_is_refused(
    project: Project, tmp_path: Path, tables: dict[str, Any], place: str
) -> None:
    with pytest.raises(CoderError) as refused:
        import_files(
            project,
            [studio(tmp_path)],
            whom="amal",
            mapping=mapping(tmp_path, **tables),
        )
    assert (
        refused.value.where.startswith(f"{tmp_path / 'map.yaml'}:")
        and place in refused.value.where
    )
    with project.store.read() as queries:
        assert queries.article_ids() == []


def test_two_annotators_are_two_coders_or_are_asked_for(
    project: Project, tmp_path: Path
) -> None:
    one, other = studio_task()[0], studio_task(completed_by=8)[0]
    one["annotations"] += other["annotations"]
    file = written(tmp_path / "tasks.json", [one])
    with pytest.raises(CoderError, match="7 and 8"):
        import_files(
            project,
            [file],
            whom="amal",
            mapping=mapping(tmp_path, **MAP | {"labels": {"ORG": "actor"}}),
        )
    told = {"labels": {"ORG": "actor"}, "coders": {"7": "amal", "8": "basim"}}
    assert (
        import_files(
            project, [file], whom="amal", mapping=mapping(tmp_path, **told)
        ).codings
        == 2
    )


def test_two_annotators_of_different_articles_are_not_one_coder(
    project: Project, tmp_path: Path
) -> None:
    [one], [other] = studio_task(), studio_task(completed_by=8)
    other["data"]["text"] += " ."
    files = [
        written(tmp_path / "one.json", [one]),
        written(tmp_path / "other.json", [other]),
    ]
    with pytest.raises(CoderError, match="7 and 8"):
        import_files(
            project,
            files,
            whom="amal",
            mapping=mapping(tmp_path, labels={"ORG": "actor"}),
        )
    told = {"labels": {"ORG": "actor"}, "coders": {"7": "amal", "8": "amal"}}
    assert (
        import_files(
            project, files, whom="amal", mapping=mapping(tmp_path, **told)
        ).codings
        == 2
    )


def test_studio_s_tasks_without_annotation_are_told(
    project: Project, tmp_path: Path
) -> None:
    [whole], [cancelled] = studio_task(), studio_task(was_cancelled=True)
    bare = {"id": 3, "data": {"text": f"{TEXT} ."}, "annotations": []}
    guessed = {"id": 4, "data": {"text": f"{TEXT} .."}, "predictions": [{"result": []}]}
    numbered = {
        "id": 5,
        "data": {"text": f"{TEXT} ..."},
        "annotations": [],
        "predictions": [7],
    }
    file = written(
        tmp_path / "tasks.json", json.dumps([whole, cancelled, bare, guessed, numbered])
    )
    report = import_files(
        project, [file], whom="amal", mapping=mapping(tmp_path, labels={"ORG": "actor"})
    )
    assert (report.articles, report.codings) == (1, 1)
    told = [
        (left.file.removeprefix(f"{file}: "), str(left.reason))
        for left in report.left_out
    ]
    assert told == [
        ("task 2", "the annotation was cancelled"),
        ("task 3", "nobody has annotated it"),
        (
            "task 4",
            "it is a model's prediction, which can be imported only with --as candidates",
        ),
        ("task 5", "nobody has annotated it"),
    ]


@pytest.mark.parametrize("name", [None, "brat"])
def test_texts_that_are_read_with_brat_s_annotations_are_not_told_as_left(
    project: Project, tmp_path: Path, name: str | None
) -> None:
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, "utf-8")
    (folder / "a.ann").write_text(f"T1\tPER 4 8\t{TEXT[4:8]}\n", "utf-8")
    (folder / "alone.txt").write_text(TEXT, "utf-8")
    report = import_files(
        project,
        [folder],
        name,
        whom="amal",
        mapping=mapping(tmp_path, labels={"PER": "actor"}),
    )
    assert (report.articles, report.codings) == (1, 1)
    assert [Path(left.file).name for left in report.left_out] == ["alone.txt"]


BRAT = (
    "T1\tactor 4 8\tمحمد\nT2\tairstrike 27 30\tقصف\nE1\tairstrike:T2 initiators:T1\n"
    "R1\tin Arg1:E1 Arg2:T1\n"
    "A1\tsure T2 yes\nA2\tserious E1\nA3\tweak R1\n"
    "#1\tAnnotatorNotes T2\tof the trigger\n#2\tAnnotatorNotes E1\tof the event\n"
    "#3\tAnnotatorNotes R1\tof R1\n"
)


def test_what_is_said_of_a_trigger_is_said_of_its_event(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    [document] = documents_in(
        file := written(tmp_path / "a.ann", BRAT), reader_for(file, annotations=True)
    )
    said = {mark.id: mark.attributes for mark in document.marks}
    notes = "of the trigger\nof the event"
    assert said == {"T1": {}, "E1": {"sure": "yes", "serious": True, "note": notes}}


@pytest.mark.parametrize("whom", ["amal", "candidates"])
def test_attributes_that_have_no_place_are_counted_by_name(
    project: Project, tmp_path: Path, whom: str
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    labels = mapping(tmp_path, labels={"airstrike": {"event": "air_strike"}})
    report = import_files(
        project, [written(tmp_path / "a.ann", BRAT)], whom=whom, mapping=labels
    )
    assert report.left["attributes"] == {"sure": 1, "serious": 1, "weak": 1, "note": 2}


REL = {
    "%TYPE": "x.Rel",
    "@sofa": 1,
    "begin": 0,
    "end": 1,
    "@Governor": 2,
    "@Dependent": 3,
    "flavor": "basic",
}
OF_RELATIONS = {
    "a.json": json.dumps(
        {
            "%FEATURE_STRUCTURES": [
                {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "a b"},
                {
                    "%ID": 2,
                    "%TYPE": "x.Y",
                    "@sofa": 1,
                    "begin": 0,
                    "end": 1,
                    "value": "actor",
                },
                {
                    "%ID": 3,
                    "%TYPE": "x.Y",
                    "@sofa": 1,
                    "begin": 2,
                    "end": 3,
                    "value": "actor",
                },
                {"%ID": 4, **REL},
            ]
        }
    ),
}


@pytest.mark.parametrize("name", OF_RELATIONS)
def test_what_a_relation_has_besides_its_name_is_counted(
    project: Project, tmp_path: Path, name: str
) -> None:
    report = import_files(
        project, [written(tmp_path / name, OF_RELATIONS[name])], whom="amal"
    )
    assert report.left["attributes"] == {"flavor": 1}


def test_an_answer_about_a_region_without_a_label_is_counted(
    project: Project, tmp_path: Path
) -> None:
    answer = {"start": 0, "end": 3, "text": TEXT[:3], "choices": ["yes"]}
    result = [{"id": "a", "type": "choices", "from_name": "sure", "value": answer}]
    task = {"data": {"text": TEXT}, "annotations": [{"result": result}]}
    assert import_files(
        project, [written(tmp_path / "a.json", [task])], whom="amal"
    ).left["attributes"] == {"sure": 1}


def test_candidates_stand_beside_the_suggester_s_and_stay(
    project: Project, tmp_path: Path
) -> None:
    file, by = (
        studio(tmp_path),
        mapping(tmp_path, labels={"ORG": "actor", "ATTACK": "object"}),
    )
    assert import_files(project, [file], whom="candidates", mapping=by).suggested == 1

    def candidates() -> set[tuple[str, str, bool]]:
        with project.store.read() as queries:
            [article] = queries.article_ids()
            return {
                (c.kind, c.quote, c.origin.startswith("import:"))
                for c in queries.candidates(article)
            }

    came = {("actor", "الجيش السوري", True), ("object", "قصف", True)}
    assert candidates() == came
    assert (
        suggest(project) == 1
        and candidates() > {("object", "قصف", True)}
        and len(candidates()) > 2
    )
    assert import_files(project, [file], whom="candidates", mapping=by).suggested == 0


def test_candidates_of_an_article_come_from_several_files(
    project: Project, tmp_path: Path
) -> None:
    import_files(project, [written(tmp_path / "n1.txt", TEXT)])
    (folder := tmp_path / "brat").mkdir()
    for coder, kind, words in (
        ("amal", "place", "حلب"),
        ("basim", "actor", "الجيش السوري"),
    ):
        start = TEXT.index(words)
        written(folder / f"n1.{coder}.txt", TEXT)
        written(
            folder / f"n1.{coder}.ann",
            f"T1\t{kind} {start} {start + len(words)}\t{words}",
        )
    assert import_files(project, [folder], whom="candidates").suggested == 1
    with project.store.read() as queries:
        [article] = queries.article_ids()
        found = {(c.kind, c.quote) for c in queries.candidates(article)}
    assert found == {("place", "حلب"), ("actor", "الجيش السوري")}


def test_the_text_is_found_by_its_id_or_its_hash(
    project: Project, tmp_path: Path
) -> None:
    articles = written(
        tmp_path / "articles.jsonl",
        {"id": "n1", "text": TEXT},
        {"id": "n2", "text": f"{TEXT} ."},
    )
    import_files(project, [articles])
    by = mapping(tmp_path, labels={"PER": "actor"})
    hashed = written(
        tmp_path / "by_hash.jsonl", {"text": TEXT, "label": [[4, 8, "PER"]]}
    )
    assert import_files(project, [hashed], whom="amal", mapping=by).articles == 0
    assert [span.quote for span in coding(project, "n1").spans] == ["محمد"]
    span = {
        "schema": "s",
        "name": "PER",
        "start": 11,
        "end": 13,
    }  # behind the emoji, as a browser counts
    state = {
        "user_id": "u",
        "instance_id_to_span_to_value": {
            "n2": [[span, "true"]],
            "n9": [[span, "true"]],
        },
    }
    report = import_files(
        project, [written(tmp_path / "state.json", state)], whom="amal", mapping=by
    )
    assert [span.quote for span in coding(project, "n2").spans] == ["إن"]
    assert ["n9" in str(left.reason) for left in report.left_out] == [True]


def test_tokens_find_their_places_in_the_article_of_their_name(
    project: Project, tmp_path: Path
) -> None:
    import_files(
        project, [written(tmp_path / "articles.jsonl", {"id": "a", "text": TEXT})]
    )
    words = ["قال", "محمد", "😀", "إن", "الجيش", "السوري", "قصف", "حلب", "أمس", "."]
    tags = ["O", "B-actor", "O", "O", "B-actor", "I-actor", "O", "B-place", "O", "O"]
    rows = [f"{word} {tag}" for word, tag in zip(words, tags, strict=True)]
    report = import_files(project, [written(tmp_path / "a.conll", *rows)], whom="amal")
    assert (report.articles, report.codings) == (0, 1)
    assert [s.quote for s in coding(project, "a").spans] == [
        "محمد",
        "الجيش السوري",
        "حلب",
    ]


def test_a_column_that_no_task_has_is_refused(project: Project, tmp_path: Path) -> None:
    [task] = studio_task()
    task["data"]["desk"] = "الشمال"
    file, by = (
        written(tmp_path / "tasks.json", [task]),
        mapping(tmp_path, labels={"ORG": "actor"}),
    )
    with pytest.raises(CoderError, match="no column 'nope'") as refused:
        import_files(project, [file], whom="amal", mapping=by, columns=["region=nope"])
    assert "text, desk" in str(refused.value.hint)
    assert (
        import_files(
            project, [file], whom="amal", mapping=by, columns=["region=desk"]
        ).articles
        == 1
    )


def test_without_as_annotations_are_no_articles(
    project: Project, tmp_path: Path
) -> None:
    with pytest.raises(CoderError, match="annotations made with another tool"):
        import_files(project, [studio(tmp_path)])
    with pytest.raises(CoderError, match="no annotations"):
        import_files(
            project, [written(tmp_path / "a.csv", "id,text", f"1,{TEXT}")], whom="amal"
        )


def test_codings_for_data_users_come_in_by_as(project: Project, tmp_path: Path) -> None:
    line = {
        "record": "article",
        "dataset": "codings",
        "article": {"id": "n1", "text": TEXT},
        "coder": "amal",
    }
    with pytest.raises(CoderError, match="exported for data users") as refused:
        import_files(project, [written(tmp_path / "codings.jsonl", line)])
    assert "--as" in str(refused.value.hint)
