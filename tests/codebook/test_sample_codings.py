"""Two people's codings of the five sample articles keep every rule that stops
submission.
"""

import gc
import json
from collections import Counter

import pytest

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.codebook.validate import problems
from coder.importers.native_reader import to_coding
from coder.model import Article, Coding
from coder.values.typed import parse, show
from tests.conftest import SEEDS

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


def test_what_a_check_computes_is_freed_at_once_not_by_the_garbage_collector(
    codebook: Codebook,
) -> None:
    [made, *_] = codings("amal")
    text = article(made.article)

    def check() -> None:
        problems(made, codebook, text)
        effective_events(codings("amal")[0], codebook)

    check()  # compiles the rules, which stay
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            check()
        assert gc.collect() < 20
    finally:
        gc.enable()


@pytest.mark.parametrize("name", NAMES)
def test_sample_values_read_back_as_they_are_shown(
    codebook: Codebook, name: str
) -> None:
    for made in codings(name):
        asked = [(codebook.article_field(f), a) for f, a in made.answers.items()]
        asked += [
            (codebook.event_field(f), a)
            for e in made.events
            for f, a in e.fields.items()
        ]
        for field, answer in asked:
            for lang in ("ar", "en"):
                if answer.coded:
                    shown = show(field, answer.value, codebook, lang)
                    assert parse(field, shown, codebook) == answer.value


# What each sample article reports, as the coding guide sums it up; how often each type
# must be there.
REPORTED = {
    "000": {
        "claim_responsibility": 1,
        "attack_unspecified": 2,
        "air_strike": 1,
        "withdrawal_evacuation": 1,
    },
    "001": {
        "threat": 3,
        "attack_unspecified": 2,
        "denial_rejection": 1,
        "accusation": 1,
        "order_demand": 1,
        "drone_attack": 1,
        "deployment_alert": 1,
        "meeting_talks": 1,
    },
    "002": {
        "sanction_designation": 2,
        "denial_rejection": 1,
        "attack_unspecified": 2,
        "meeting_talks": 1,
        "order_demand": 1,
        "threat": 1,
        "missile_artillery": 1,
    },
    "003": {
        "attack_unspecified": 5,
        "air_strike": 2,
        "deployment_alert": 1,
        "withdrawal_evacuation": 4,
        "property_seizure": 1,
        "forced_displacement": 1,
        "meeting_talks": 2,
    },
    "004": {
        "attack_unspecified": 2,
        "claim_responsibility": 1,
        "drone_attack": 1,
        "threat": 2,
        "accusation": 1,
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_everything_the_articles_report_has_a_code(name: str) -> None:
    for made in codings(name):
        found = Counter(event.answer("event_type").value for event in made.events)
        assert found >= Counter(REPORTED[made.article[:3]]), made.article
        assert "other_event" not in found
