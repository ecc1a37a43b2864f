"""Two people's codings of the five sample articles keep every rule that stops submission."""

import json

import pytest
from conftest import SEEDS

from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.codebook.values import parse, show
from coder.model import Article, Coding
from coder.native import to_coding

NAMES = ("amal", "basim")


def codings(name: str) -> list[Coding]:
    lines = (SEEDS / "codings" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [to_coding(json.loads(line)) for line in lines]


def article(article_id: str) -> Article:
    return Article(article_id, (SEEDS / f"{article_id}.txt").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_sample_codings_have_no_error(codebook: Codebook, name: str) -> None:
    for made in codings(name):
        assert made.text_sha256 == article(made.article).text_sha256
        found = problems(made, codebook, article(made.article))
        assert [p for p in found if p.severity == "error"] == []


@pytest.mark.parametrize("name", NAMES)
def test_sample_values_read_back_as_they_are_shown(codebook: Codebook, name: str) -> None:
    for made in codings(name):
        asked = [(codebook.article_field(f), a) for f, a in made.answers.items()]
        asked += [(codebook.event_field(f), a) for e in made.events for f, a in e.fields.items()]
        for field, answer in asked:
            for lang in ("ar", "en"):
                if answer.coded:
                    shown = show(field, answer.value, codebook, lang)
                    assert parse(field, shown, codebook) == answer.value
