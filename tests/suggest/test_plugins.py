"""Plug-ins add candidates with their origin and score; one that fails costs a warning
and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.service.learning.batch import running_plugins, suggest
from coder.service.project.opened import Project, create_project, open_project
from coder.suggest.plugins import joined

ROOT = Path(__file__).parent.parent.parent
TEXT = "شنت واشنطن غارات على دير الزور"
NAMES = ("works", "stays", "no_start", "raises", "dies", "hangs", "nonsense")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """Two articles, and the plug-ins installed as a distribution of their own."""
    about = tmp_path / "site" / "plugged_in-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: plugged-in\nVersion: 1.0\n"
    )
    points = "".join(f"{name} = tests.suggest.plugged_in:{name}\n" for name in NAMES)
    (about / "entry_points.txt").write_text(f"[coder.suggesters]\n{points}")
    monkeypatch.syspath_prepend(str(about.parent))
    paths = [str(about.parent), str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    made = create_project(tmp_path / "p")
    with made.store.begin("setup") as work:
        work.add_articles([Article(f"a{i}", f"{TEXT} {i}") for i in (1, 2)])
    yield made
    made.close()


def with_plugins(project: Project, settings: str) -> Project:
    """The same project with plug-ins in its coder.toml."""
    path = project.config.folder / "coder.toml"
    path.write_text(path.read_text("utf-8") + settings, "utf-8")
    return open_project(project.config.folder)


def read_by(project: Project) -> dict[str, str]:
    with project.store.read() as queries:
        return queries.suggested()


def found(project: Project) -> list[Candidate]:
    with project.store.read() as queries:
        return queries.candidates("a1")


def expect_end_of(process: int) -> None:
    """Fails unless the process of that number ends within a minute."""
    for _ in range(1200):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("what the plug-in started is still at work")


def test_a_plug_in_adds_candidates_with_its_origin_and_score(project: Project) -> None:
    suggest(project)
    by_rule = found(project)
    more = with_plugins(project, '[suggest.plugins.works]\nword = "على"\n')
    warnings: list[str] = []
    assert (
        suggest(more, warn=warnings.append) == 2
    )  # the articles lack this plug-in's candidates
    start = TEXT.index("على")
    mine = Candidate(
        f"actor:{start}-{start + 3}",
        "actor",
        start,
        start + 3,
        "على",
        None,
        "works:guess",
        0.25,
    )
    assert [c for c in found(more) if c not in by_rule] == [mine]
    assert all(c in found(more) for c in by_rule)
    assert read_by(more) == {"a1": "rules+works", "a2": "rules+works"}
    assert suggest(more) == 0 and warnings == []
    more.close()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "[suggest.plugins.no_start]\n",
            "no_start stopped unexpectedly: RuntimeError: the model is not there",
        ),
        (
            "[suggest.plugins.raises]\n",
            "a1: The plug-in raises stopped unexpectedly: RuntimeError: no idea",
        ),
        ("[suggest.plugins.dies]\n", "a1: The plug-in dies stopped unexpectedly."),
        ('[suggest.plugins.nonsense]\nwhich = "kind"\n', "is not a candidate"),
        ('[suggest.plugins.nonsense]\nwhich = "offsets"\n', "is not a candidate"),
        (
            '[suggest.plugins.nonsense]\nwhich = "half"\n',
            "a value that contains half a character",
        ),
        (
            '[suggest.plugins.nonsense]\nwhich = "value"\n',
            'not a value of source: {"who": 5}: the value has the',
        ),
        (
            '[suggest.plugins.nonsense]\nwhich = "list"\n',
            'not a value of trigger: ["air_strike"]',
        ),
    ],
)
def test_a_plug_in_that_fails_is_warned_of_once_and_the_others_go_on(
    project: Project, settings: str, said: str
) -> None:
    suggest(project)
    by_rule = found(project)
    more = with_plugins(project, settings + '[suggest.plugins.works]\nword = "على"\n')
    warnings: list[str] = []
    assert suggest(more, warn=warnings.append) == 2
    assert len(warnings) == 1 and said in warnings[0]
    assert len(found(more)) == len(by_rule) + 1
    assert set(read_by(more).values()) == {"rules+works"}
    more.close()


def test_articles_that_a_plug_in_failed_on_are_read_again(project: Project) -> None:
    more = with_plugins(project, "[suggest.plugins.dies]\n")
    assert [suggest(more), suggest(more)] == [2, 2]
    assert set(read_by(more).values()) == {"rules"}
    more.close()


def test_a_plug_in_that_hangs_is_stopped_with_all_that_it_started(
    project: Project,
) -> None:
    more = with_plugins(project, "[suggest.plugins.hangs]\ntimeout = 5\n")
    warnings: list[str] = []
    suggest(more, warn=warnings.append)
    assert warnings == ["a1: The plug-in hangs took longer than 5 seconds."]
    expect_end_of(int((more.config.folder / "child").read_text()))
    assert set(read_by(more).values()) == {"rules"}
    more.close()


def test_a_plug_in_ends_with_the_run_that_was_killed(project: Project) -> None:
    more = with_plugins(project, "[suggest.plugins.hangs]\ntimeout = 600\n")
    child = more.config.folder / "child"
    words = [
        sys.executable,
        "-m",
        "coder",
        "suggest",
        "--project",
        str(more.config.folder),
    ]
    run = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (child.exists() and child.read_text()):
        assert run.poll() is None
        time.sleep(0.05)
    run.kill()
    run.wait()
    expect_end_of(int(child.read_text()))
    more.close()


def test_an_unknown_plug_in_and_a_timeout_that_is_none_are_refused(
    project: Project, run_coder: Callable[..., tuple[int, str, str]]
) -> None:
    more = with_plugins(project, "[suggest.plugins.wrks]\n")
    with pytest.raises(CoderError, match="no plug-in 'wrks'") as error:
        suggest(more)
    assert "works" in error.value.hint
    assert read_by(more) == {}
    more.close()
    path = project.config.folder / "coder.toml"
    path.write_text(
        path.read_text("utf-8").replace("wrks]", 'works]\ntimeout = "long"'), "utf-8"
    )
    code, _, err = run_coder("suggest", "--project", project.config.folder)
    assert code == 2 and "suggest.plugins.works.timeout is 'long'" in err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("timeout = inf", "suggest.plugins.works.timeout is inf"),
        ("timeout = nan", "suggest.plugins.works.timeout is nan"),
        ("timeout = 1e12", "suggest.plugins.works.timeout is 1000000000000.0"),
        ("since = 2023-10-17", "suggest.plugins.works.since is 2023-10-17"),
        ("at = [1, {hour = 07:32:00}]", "suggest.plugins.works.at.hour is 07:32:00"),
        ("least = nan", "suggest.plugins.works.least is nan"),
    ],
)
def test_a_setting_that_cannot_be_handed_on_is_refused_with_its_file_and_value(
    project: Project,
    run_coder: Callable[..., tuple[int, str, str]],
    settings: str,
    said: str,
) -> None:
    path = project.config.folder / "coder.toml"
    path.write_text(
        f"{path.read_text('utf-8')}[suggest.plugins.works]\n{settings}\n", "utf-8"
    )
    code, out, err = run_coder("suggest", "--project", project.config.folder)
    assert (code, out) == (2, "")
    assert f"error: {path}: {said}" in err and "hint: " in err


def test_no_plug_in_is_left_at_work_when_another_cannot_be_started(
    project: Project,
) -> None:
    more = with_plugins(project, "[suggest.plugins.stays]\n[suggest.plugins.works]\n")
    settings = {"stays": {}, "works": {"day": date(2023, 10, 17)}}
    more.config = replace(more.config, plugins=settings)
    with (
        pytest.raises(TypeError, match="not JSON serializable"),
        running_plugins(more, print),
    ):
        pytest.fail("it started")
    expect_end_of(int((more.config.folder / "child").read_text()))
    more.close()


def test_of_two_candidates_for_one_stretch_the_surer_is_kept_and_a_value_is_not_lost() -> (
    None
):
    def candidate(score: float, origin: str, value: object = None) -> Candidate:
        return Candidate("actor:0-3", "actor", 0, 3, "abc", value, origin, score)

    rule, model = candidate(0.6, "rule", ["x"]), candidate(0.7, "model")
    assert joined([rule], [model]) == [candidate(0.7, "model", ["x"])]
    assert joined([rule], [candidate(0.6, "model")]) == [rule]
    other = Candidate("place:0-3", "place", 0, 3, "abc", None, "model", 0.1)
    assert joined([rule], [other]) == [rule, other]
