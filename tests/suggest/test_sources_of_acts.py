"""With whom an act is credited: speakers that go on, and those who say something else."""

from __future__ import annotations

from collections.abc import Callable

Proposed = Callable[[str, str], dict[str, list[str]]]


def test_what_a_group_is_called_is_no_statement_of_it(proposed: Proposed) -> None:
    text = 'شنت جماعة تُدعى "المقاومة الإسلامية في العراق" هجمات على القاعدة'
    assert proposed(text, "هجمات")["source"] == [""]


def test_many_statements_about_statements_in_a_sentence_are_read(
    proposed: Proposed,
) -> None:
    assert "targets" not in proposed("تهديد " * 600, "تهديد")
