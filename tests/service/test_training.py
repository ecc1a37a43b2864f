"""A model trained on gold is measured on gold it has not seen, and kept for what it is better at alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.model import GOLD, Article, Coding, Span, Status
from coder.service.learning.training import train
from coder.service.project.opened import Project, create_project
from coder.suggest import spacy_ner
from coder.suggest.spacy_ner import Labelled

# Weapons that no word list has, in words that tell what they are; places that the rules know anyway.
WEAPONS = ("الزنبرك", "القرفصاء", "المنقلة", "الخزامى", "السنبلة", "الفرجار")
PLACES = ("دير الزور", "الرقة", "بغداد", "حلب")


def text(number: int) -> str:
    weapon, place = WEAPONS[number % len(WEAPONS)], PLACES[number % len(PLACES)]
    return f"استعمل المهاجمون سلاح {weapon} في {place} يوم أمس. وعاد سلاح و{weapon} إلى {place}."


def spans(number: int) -> list[Span]:
    words, found = text(number), []
    for kind, quote in (
        ("weapon", WEAPONS[number % len(WEAPONS)]),
        ("place", PLACES[number % len(PLACES)]),
    ):
        start = words.find(quote)
        while start >= 0:
            found.append(Span(f"s{len(found)}", kind, start, start + len(quote), quote))
            start = words.find(quote, start + 1)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Twenty articles with closed gold, and one without."""
    made = create_project(tmp_path / "p")
    with made.store.begin("setup") as work:
        articles = [Article(f"a{n:02}", text(n)) for n in range(21)]
        work.add_articles(articles)
        for number, article in enumerate(articles[:20]):
            gold = Coding(
                article.id,
                article.text_sha256,
                made.codebook.ref,
                GOLD,
                Status.SUBMITTED,
                spans=tuple(spans(number)),
            )
            work.save_gold((None, []), (gold, []), "gold.closed", article.id)
    yield made
    made.close()


def test_the_model_is_kept_for_the_kind_at_which_it_is_surely_better_and_suggests_that_alone(
    project: Project,
) -> None:
    articles, found, kept = train(project, folds=2, epochs=5)
    kinds = {each.kind: each for each in found}
    assert (articles, sorted(kinds)) == (20, ["place", "weapon"])
    # The rules know none of the weapons and all of the places, which leaves the model nothing to win there.
    assert kinds["weapon"].f1.second.value == 0 and kinds["weapon"].better
    assert kinds["place"].f1.second.value == 1 and not kinds["place"].better
    assert kept == project.config.folder / spacy_ner.FOLDER
    proposes = spacy_ner.load(project.codebook, project.config.folder, {})
    new = project.article("a20")
    offered = list(proposes(new))
    # Without the conjunction that is written onto the second; nothing in articles it has learned from.
    assert [(c.kind, c.quote) for c in offered] == [("weapon", WEAPONS[20 % 6])] * 2
    assert all(c.score == kinds["weapon"].precision for c in offered)
    assert list(proposes(project.article("a00"))) == []


def test_the_same_training_gives_the_same_model(project: Project) -> None:
    examples = [
        Labelled(
            project.article(f"a{n:02}"),
            tuple((s.start, s.end, s.kind) for s in spans(n)),
        )
        for n in range(6)
    ]
    one, other = (spacy_ner.trained(examples, epochs=2, seed=1) for _ in range(2))
    assert one.get_pipe("ner").to_bytes() == other.get_pipe("ner").to_bytes()


def test_a_model_that_is_nowhere_better_is_not_kept(
    project: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    words = (
        "suggest",
        "train",
        "--folds",
        "2",
        "--epochs",
        "0",
        "--project",
        project.config.folder,
    )
    code, out, _ = run_coder(*words, "--json")
    told = json.loads(out)
    assert (code, told["kept"], [each["better"] for each in told["kinds"]]) == (
        0,
        None,
        [False, False],
    )
    assert not (project.config.folder / spacy_ner.FOLDER).exists()
    code, out, _ = run_coder(*words)
    assert code == 0 and "it is not kept" in out


def test_too_little_gold_is_said_with_what_it_takes(demo: Project) -> None:
    with pytest.raises(CoderError, match="gold for only 1 article") as error:
        train(demo)
    assert "20 articles" in error.value.hint


def test_the_plug_in_without_a_model_costs_a_warning(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CoderError, match="no trained model"):
        spacy_ner.load(project.codebook, project.config.folder, {})
