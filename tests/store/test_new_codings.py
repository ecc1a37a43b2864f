"""Many new codings at once: by the owner of the tables, by a supervisor's login, by a coder's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from blind_team import SECOND, SPAN, Team, coded
from small_project import CODED, EMPTY, fill

from coder.errors import CoderError, ConflictError
from coder.model import Coding
from coder.store.made_ready import new_coding
from coder.store.replay import problems
from coder.store.unit_of_work import Store


def coded_second(coder: str) -> Coding:
    return replace(coded(coder, SECOND), spans=(replace(SPAN, quote=SECOND.text[:5]),))


def test_a_coding_that_is_there_is_not_added_again_and_nothing_with_it(database_url: str) -> None:
    store = fill(Store.create(database_url))
    new = replace(EMPTY, coder="basim")
    with pytest.raises(ConflictError), store.begin("setup") as work:
        work.add_codings([new_coding(new), new_coding(CODED)], "coding.imported")
    with store.read() as queries:
        assert queries.coding("a1", "basim") is None and queries.history("coding:a1/basim") == []
        assert queries.coding("a1", "amal") == CODED
        assert list(problems(queries)) == []
    store.close()


def test_a_supervisor_adds_codings_as_the_owner_does(team: Team) -> None:
    for person, store in (("setup", team.store), ("salma", team.as_("salma"))):
        coder = {"setup": "amal", "salma": "basim"}[person]
        with store.begin(person) as work:
            work.add_codings([new_coding(coded_second(coder))], "coding.imported")
    with team.store.read() as queries:
        told = {}
        for coder in ("amal", "basim"):
            assert queries.coding("a2", coder) == coded_second(coder)
            [entry] = queries.entries(subject=f"coding:a2/{coder}")
            told[coder] = entry.told
        assert told["amal"].replace("amal", "basim") == told["basim"]
        assert list(problems(queries)) == []


def test_a_coder_s_login_adds_none(team: Team) -> None:
    with pytest.raises(CoderError), team.as_("amal").begin("amal") as work:
        work.add_codings([new_coding(coded_second("amal"))], "coding.imported")
    with team.store.read() as queries:
        assert queries.coding("a2", "amal") is None
