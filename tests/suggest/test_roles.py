"""Who acts and who suffers where a reader is easily misled: arms shot down, pronouns,
denials, patrons, bodies.

A party is told by its id in the lexicon, or by its words where no entry is meant.
"""

from __future__ import annotations

from typing import Any

import pytest

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.registry import propose

BODIES = [
    # a body of one state is not another's: text, what it may not be taken for, what it
    # is
    (
        "اعتقل جهاز أمن الدولة اللبناني أربعة أشخاص في طرابلس",
        "syria_gid",
        "جهاز أمن الدولة اللبناني",
    ),
    ("اعتقل أمن الدولة المصري صحفياً في القاهرة", "syria_gid", "أمن الدولة المصري"),
    ("هاجم الثوار الاحتلال العثماني في القرية", "israel", "الاحتلال العثماني"),
    ("قصف الاحتلال الفرنسي المدينة قبل قرن", "israel", "الاحتلال الفرنسي"),
    (
        "انتشر الحرس الجمهوري الموريتاني في نواكشوط",
        "syria_rep_guard",
        "الحرس الجمهوري الموريتاني",
    ),
    ("قصف الاحتلال مخيم جنين", "", "israel"),
    ("اعتقل أمن الدولة في سوريا ناشطاً", "", "syria_gid"),
]


def party_values(found: list[Candidate]) -> list[str]:
    """The ids or names of the parties."""
    return [
        item["name"] if isinstance(item, dict) else item
        for c in found
        for item in _listed(c.value)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("text", "other", "body"), BODIES, ids=[b[0][:40] for b in BODIES]
)
def test_a_body_of_one_state_is_not_anothers(
    conflict_events: Codebook, text: str, other: str, body: str
) -> None:
    named = party_values(
        [c for c in propose(Article("a", text), conflict_events) if c.kind == "actor"]
    )
    assert body in named
    assert other not in named
