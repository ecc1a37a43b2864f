"""What is typed at a terminal: each key for itself, no answers, and a paste that ends."""

from __future__ import annotations

import pytest
from textual.events import Key, MouseDown, Paste

from coder.tui.driver import Typed


def typed(*reads: str | None) -> list[str]:
    """The keys that come of what is read, None being a silence; a paste is its text in
    brackets.
    """
    parser = Typed()
    messages = [
        m
        for read in reads
        for m in (parser.silence() if read is None else parser.feed(read))
    ]
    return [
        m.key if isinstance(m, Key) else f"[{m.text}]"
        for m in messages
        if isinstance(m, Key | Paste)
    ]


@pytest.mark.parametrize("reads", [("\x1bn",), ("\x1b", "n"), ("\x1b", None, "n")])
def test_escape_and_the_key_after_it_are_two_keys(
    reads: tuple[str | None, ...],
) -> None:
    assert typed(*reads) == ["escape", "n"]


def test_escape_is_followed_by_any_key() -> None:
    assert typed("\x1b1\x1b=\x1bش\x1b\x1b", "\x1b[A", None) == [
        *(
            "escape",
            "1",
            "escape",
            "equals_sign",
            "escape",
            "ش",
            "escape",
            "escape",
            "up",
        ),
    ]
    assert typed("\x1b", "b", "\x1b", "f") == ["escape", "b", "escape", "f"]
    assert typed("\x1b", "[", None) == ["escape", "left_square_bracket"]


def test_the_word_keys_of_editors_are_neither_escape_nor_letters() -> None:
    assert typed("\x1bb\x1bf\x1b\x7f") == []


def test_a_sequence_may_come_in_pieces() -> None:
    assert typed("\x1b", "[", "1;", "5C", "\x1b[", "<0;3", ";4M", "\x1bO", "P") == [
        "ctrl+right",
        "f1",
    ]
    assert typed("\x1b[[A\x1b[5$\x1b[97;5u") == ["f1", "ctrl+a"]


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "\x1b[?64;1c",
            "\x1b[?2048;0$y",
            "\x1b[?2048;2$y",
            "\x1b[8;1$y",
            "\x1b[0n",
            "\x1b[>41;379;0c",
        ),
        *(
            "\x1bP>|XTerm(379)\x1b\\",
            "\x1b]11;rgb:0/0/0\x07",
            "\x1b]11;rgb:0/0/0\x1b\\",
            "\x1b[?7u",
        ),
        *(
            "\x1b[48;24;80;480;640t",
            "\x1b[48;0;0;0;0t",
            "\x1b[1114112u",
            "\x1b[99999999999u",
        ),
        "\x1b[" + "1;" * 40 + "c",
    ],
)
def test_what_a_terminal_answers_is_not_typed(answer: str) -> None:
    assert typed("a", answer, "b", None) == ["a", "b"]
    middle = len(answer) // 2
    assert typed("a" + answer[:middle], answer[middle:] + "b") == ["a", "b"]


def test_a_size_of_nothing_does_not_break_the_mouse() -> None:
    parser = Typed()
    found = [*parser.feed("\x1b[48;0;0;0;0t"), *parser.feed("\x1b[<0;3;4M")]
    assert [type(each) for each in found] == [MouseDown]


def test_a_paste_is_text_whatever_is_in_it() -> None:
    assert typed("a\x1b[200~q\x1b[31m\x1b?", "\x07\x00x\x1b[2", "01~b") == [
        "a",
        "[q\x1b[31m\x1b?\x07x]",
        "b",
    ]


def test_a_paste_whose_end_never_comes_is_over_after_a_while() -> None:
    assert typed("\x1b[200~abc\x1b[", *[None] * 9, "d", *[None] * 10, "\x11") == [
        "[abc\x1b[d]",
        "ctrl+q",
    ]
