"""How text is put on the terminal, as project and user say it; the project stands above
the user.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.project.config import (
    View,
    first_time,
    read,
    save_user_view,
    user_file,
    user_view,
)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "coder" / "config.toml"


def project(folder: Path, text: str) -> View:
    (folder / "coder.toml").write_text(f'name = "p"\n{text}', "utf-8")
    return read(folder).view


def test_nothing_said_is_automatic_with_vowel_signs(
    own_home: Path, tmp_path: Path
) -> None:
    assert user_file() == own_home
    assert user_view() == project(tmp_path, "") == View("auto", True)


def test_the_project_stands_above_the_user_key_by_key(
    own_home: Path, tmp_path: Path
) -> None:
    save_user_view(View("lrm", False))
    assert project(tmp_path, "") == View("lrm", False)
    assert project(tmp_path, '[terminal]\nmode = "plain"\n') == View("plain", False)
    assert project(tmp_path, "[view]\ntashkeel = true\n") == View("lrm", True)
    assert project(tmp_path, '[terminal]\nmode = "auto"\n') == View("auto", False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        '# mine\n[terminal]\nmode = "plain" # why\nother = 1\n\n[view]\n# nothing\n',
        "[view]\ntashkeel = true",
        "[terminal]",
        "[terminal]\n[view]\n",
        '[a]\nmode = "x"\n\n[terminal] # mine\n[z]\nmode = "x"\n',
        "[ view ]\ntashkeel = true # mine\n",
        'other = 1\nview.theme = "dark"\n',
        '[view]\n  theme = "dark" # why\n',
        'terminal = {mode = "plain"}\n',
    ],
)
def test_keeping_leaves_whatever_else_stands_there(own_home: Path, text: str) -> None:
    own_home.parent.mkdir(parents=True)
    own_home.write_text(text, "utf-8")
    assert save_user_view(View("lrm", False)) == own_home
    assert user_view() == View("lrm", False)
    kept = own_home.read_text("utf-8")
    for line in (
        "# mine",
        "# why",
        "other = 1",
        "# nothing",
        '[a]\nmode = "x"',
        '[z]\nmode = "x"',
    ):
        assert (line in text) == (line in kept)
    save_user_view(View("auto", True))
    assert user_view() == View("auto", True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[terminal]\nmode = "rtl"\n', "terminal.mode is 'rtl'"),
        ('[view]\ntashkeel = "no"\n', "view.tashkeel is 'no'"),
        ('terminal = "lrm"\n', "terminal is not a table"),
        ('[gold]\ntrusted = "amal"\n', "gold.trusted is not a table"),
    ],
)
def test_what_it_cannot_be_is_said_with_the_file(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(CoderError, match=message) as caught:
        project(tmp_path, text)
    assert caught.value.where == str(tmp_path / "coder.toml")


def test_what_the_user_was_told_once_is_known_the_next_time(own_home: Path) -> None:
    assert [
        first_time("advice_tmux"),
        first_time("advice_kitty"),
        first_time("advice_tmux"),
    ] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        ('languge = "en"', 2, "languge"),
        ("[glod]", 2, "glod"),
        ('[gold]\nspans = true\npolices = ["agreed"]', 4, "gold.polices"),
        ('[ui]\nlangage = "en"', 3, "ui.langage"),
        ('[ui]\nname = "en"', 3, "ui.name"),  # there is one on line 1, of the project
        ('# langage\nui.langage = "en"', 3, "ui.langage"),
        ("[gold]\nspans = true\n[gold.trust]", 4, "gold.trust"),
        ("[suggest]\nthresholds = {}", 3, "suggest.thresholds"),
    ],
)
def test_a_misspelt_name_in_a_project_is_refused(
    tmp_path: Path, text: str, line: int, name: str
) -> None:
    with pytest.raises(CoderError) as caught:
        project(tmp_path, text + "\n")
    where = f"{tmp_path / 'coder.toml'}:{line}"
    assert str(caught.value).startswith(
        f"{where}: {name} in coder.toml has no meaning."
    )
