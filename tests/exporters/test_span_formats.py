"""Formats of other tools have the spans where the codings have them, as their own
readers see it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.exporters.holdings import held
from coder.exporters.registry import writer
from coder.exporters.tokens import tokens
from coder.exporters.writer import Dataset
from coder.model import Answer, Article, Coding, Event, Span
from coder.service.delivery.datasets import deliver
from coder.service.project.opened import Project

Places = Counter[tuple[str, str, str, int, int]]
"""Article, coder, kind, start and end of spans."""


def expected(project: Project, tmp_path: Path) -> Places:
    deliver(project, "native", "codings", tmp_path / "native.jsonl", force=True)
    codings = [
        json.loads(line)
        for line in (tmp_path / "native.jsonl").read_text("utf-8").splitlines()
    ]
    found = Counter(
        (
            coding["article"]["id"],
            coding["coder"],
            span["kind"],
            span["start"],
            span["end"],
        )
        for coding in codings
        for span in coding["spans"]
        if span.get("decision") != "rejected"
    )
    assert found.total() > 100
    return found


def delivered(project: Project, name: str, path: Path) -> Path:
    deliver(project, name, "codings", path, allow_loss=True)
    return path


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def texts(project: Project) -> dict[str, str]:
    with project.store.read() as queries:
        return {
            name: a.text
            for name, a in queries.articles_of(queries.article_ids()).items()
        }


def test_spacy_reads_texts_and_spans(demo: Project, tmp_path: Path) -> None:
    import spacy  # takes long to load, and not every process runs these tests
    from spacy.tokens import DocBin

    docs = DocBin().from_disk(delivered(demo, "spacy", tmp_path / "x.spacy"))
    found, whole = Places(), texts(demo)
    for doc in docs.get_docs(spacy.blank("ar").vocab):
        assert doc.text == whole[doc.user_data["article"]]
        whose = doc.user_data["article"], doc.user_data["coder"]
        found.update(
            (*whose, s.label_, s.start_char, s.end_char) for s in doc.spans["sc"]
        )
        assert doc.ents
    assert found == expected(demo, tmp_path)


def test_spacy_s_debug_data_finds_no_error(
    demo: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with an error, or where there is none returns; fewer than 100 documents
    are one for it.
    """
    from spacy.cli.debug_data import debug_data
    from spacy.cli.init_config import init_config
    from spacy.tokens import DocBin

    docs = DocBin().from_disk(delivered(demo, "spacy", tmp_path / "x.spacy"))
    whole = DocBin(attrs=docs.attrs)
    for _ in range(10):
        whole.merge(docs)
    whole.to_disk(tmp_path / "many.spacy")
    init_config(lang="ar", pipeline=["ner", "spancat"], gpu=False).to_disk(
        tmp_path / "config.cfg"
    )
    corpora = dict.fromkeys(("paths.train", "paths.dev"), str(tmp_path / "many.spacy"))
    debug_data(
        tmp_path / "config.cfg", config_overrides=corpora, silent=False, no_format=True
    )
    said = capsys.readouterr().out
    assert (
        "Corpus is loadable" in said
        and "No entities consisting of or starting/ending with whitespace" in said
    )


def test_spacy_finds_in_conll_the_spans_that_overlap_none_before_them(
    demo: Project, tmp_path: Path
) -> None:
    text = delivered(demo, "conll", tmp_path / "x.conll").read_text("utf-8")
    articles, found, named = texts(demo), Places(), Places()
    for part in text.split("-DOCSTART-\t")[1:]:
        head, _, body = part.partition("\n")
        article, coder = head.split("\t")[0].rsplit("/", 1)
        open_at: dict[int, tuple[str, int, int]] = {}
        for line in [*filter(None, body.splitlines()), "\t0:0\tO\tO\tO"]:
            word, place, *tags = line.split("\t")
            start, end = map(int, place.split(":"))
            assert articles[article][start:end] == word
            for layer, tag in enumerate(tags):
                if tag[0] == "I":
                    kind, first, _ = open_at[layer]
                    assert kind == tag[2:]
                    open_at[layer] = (kind, first, end)
                    continue
                if layer in open_at:
                    kind, first, last = open_at.pop(layer)
                    found[article, coder, kind, first, last] += 1
                    named[article, coder, kind, first, last] += layer == len(tags) - 1
                if tag[0] == "B":
                    open_at[layer] = (tag[2:], start, end)
    assert found == expected(demo, tmp_path)
    from spacy.training.converters import conll_ner_to_docs

    seen = Counter(
        span.label_
        for doc in conll_ner_to_docs(text, no_print=True)
        for span in doc.ents
    )
    assert seen == Counter(
        kind for (_, _, kind, _, _), n in named.items() for _ in range(n)
    )


def test_prodigy_s_tokens_are_the_text_and_the_spans_whole_tokens(
    demo: Project, tmp_path: Path
) -> None:
    found = Places()
    for record in records(delivered(demo, "prodigy", tmp_path / "x.jsonl")):
        words = record["tokens"]
        assert all(record["text"][w["start"] : w["end"]] == w["text"] for w in words)
        for span in record["spans"]:
            assert words[span["token_start"]]["start"] == span["start"]
            assert words[span["token_end"]]["end"] == span["end"]
            meta = record["meta"]
            found[
                meta["article"],
                meta["coder"],
                span["label"],
                span["start"],
                span["end"],
            ] += 1
    assert found == expected(demo, tmp_path)


def test_doccano_has_entities_and_relations_between_them(
    demo: Project, tmp_path: Path
) -> None:
    found, links = Places(), 0
    for record in records(delivered(demo, "doccano", tmp_path / "x.jsonl")):
        ids = {entity["id"] for entity in record["entities"]}
        for entity in record["entities"]:
            place = entity["label"], entity["start_offset"], entity["end_offset"]
            found[record["article"], record["coder"], *place] += 1
        for relation in record["relations"]:
            assert {relation["from_id"], relation["to_id"]} <= ids
            links += 1
    assert found == expected(demo, tmp_path) and links > 100


@pytest.mark.parametrize("name", ["doccano", "labelstudio"])
def test_only_evidence_that_no_relation_holds_is_told(
    conflict_events: Codebook, name: str
) -> None:
    article = Article("a1", "قصف الطيران حلب أمس.")
    spans = tuple(Span(f"s{n}", "trigger", n, n + 1, article.text[n]) for n in range(4))
    act, twice = (
        Answer("air_strike", evidence=("s0",)),
        Answer("air_strike", evidence=("s0", "s1")),
    )
    where = Answer([{"as_written": "حلب", "precision": "town"}], evidence=("s2", "s3"))
    coding = Coding("a1", article.text_sha256, conflict_events.ref, "amal", spans=spans)
    for fields, lost in (
        ({"event_type": act, "place": where}, 0),
        (
            {"event_type": twice, "place": where},
            1,
        ),  # of the act's own words only the first
        ({"event_type": act}, 1),  # nothing leads from it
        (
            {"event_type": Answer("air_strike"), "place": where},
            1,
        ),  # nothing leads to the place
    ):
        all_ = replace(coding, events=(Event("e1", fields),))
        told = held(
            article, [all_], Dataset("codings", conflict_events), writer(name).lacks
        )
        assert told["unlinked"] == lost and "evidence" not in told


def test_label_studio_has_a_task_an_article_and_an_annotation_a_coder(
    demo: Project, tmp_path: Path
) -> None:
    """By what label-studio-sdk's converter and its check of annotations ask for."""
    tasks = json.loads(
        delivered(demo, "labelstudio", tmp_path / "x.json").read_text("utf-8")
    )
    found = Places()
    assert len({task["id"] for task in tasks if isinstance(task["id"], int)}) == len(
        tasks
    )
    for task in tasks:
        data = task["data"]
        for coder, annotation in zip(data["coders"], task["annotations"], strict=True):
            regions = [
                each for each in annotation["result"] if each["type"] == "labels"
            ]
            for region in regions:
                value = region["value"]
                assert data["text"][value["start"] : value["end"]] == value["text"]
                found[
                    data["article"],
                    coder,
                    value["labels"][0],
                    value["start"],
                    value["end"],
                ] += 1
            assert {(each["from_name"], each["to_name"]) for each in regions} == {
                ("label", "text")
            }
            ids = {region["id"] for region in regions}
            assert len(ids) == len(regions)
            for each in annotation["result"]:
                assert (
                    each["type"] == "labels" or {each["from_id"], each["to_id"]} <= ids
                )
    assert len(tasks) == 5 and found == expected(demo, tmp_path)


def test_words_are_cut_where_a_span_begins_and_nothing_visible_is_lost() -> None:
    text = "قال «وزير الدفاع» 😀 إن\u200f 12\n\tقُتلوا."
    span = Span("s1", "actor", 6, 9, text[6:9])
    found = tokens(text, [span])
    assert "".join(text[a:b] for a, b in found) == "".join(text.split())
    assert any(start == 6 for start, _ in found) and any(end == 9 for _, end in found)


@pytest.mark.parametrize(
    "name", ["conll", "doccano", "labelstudio", "prodigy", "spacy"]
)
def test_what_cannot_do_without_texts_says_so(
    demo: Project, tmp_path: Path, name: str
) -> None:
    with pytest.raises(CoderError, match="needs the articles' texts"):
        deliver(demo, name, "codings", tmp_path / "out", allow_loss=True, text=False)
    assert not (tmp_path / "out").exists()


def test_documents_that_waited_on_the_disk_make_the_bin_that_spacy_itself_writes(
    demo: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import spacy
    from spacy.tokens import DocBin

    monkeypatch.setattr("coder.exporters.spacy_docs._TOGETHER", 3)
    ours = DocBin().from_disk(delivered(demo, "spacy", tmp_path / "x.spacy"))
    again = DocBin(attrs=["ORTH", "ENT_IOB", "ENT_TYPE"], store_user_data=True)
    for doc in ours.get_docs(spacy.blank("ar").vocab):
        again.add(doc)
    theirs = DocBin().from_bytes(again.to_bytes())
    assert len(ours) == len(theirs) == 10
    for name in ("tokens", "spaces"):
        assert [a.tolist() for a in getattr(ours, name)] == [
            a.tolist() for a in getattr(theirs, name)
        ]
    assert (ours.flags, ours.cats) == (theirs.flags, theirs.cats)
