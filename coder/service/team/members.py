"""Who is in the team, who codes what, balanced and reproducible, and which articles are out of work.

The name is the key of everything that a person did, and the journal never changes: who has done something
keeps their name.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Message
from coder.model import STAGES, Article
from coder.service.project.opened import Project
from coder.store.convert import Rows
from coder.store.merge import original
from coder.store.queries import Person, Queries

_PERIODS = {"month": 7, "year": 4}
"""What a stratum may be by the day of publication, and so many letters of it tell that."""


def retire(project: Project, name: str) -> None:
    """They get nothing more to do and cannot work any more; all that they did stays and counts."""
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_retires")
        work.record("people", "person.retired", {}, {("retired", name): {"person": name}})
        work.grant(name)


def bring_back(project: Project, name: str) -> None:
    """Who had retired is a member of the team again, in the role they had."""
    if not project.anybody(name).retired:
        raise CoderError("team.not_retired", name=name)
    with project.store.begin(project.actor) as work:
        work.record("people", "person.returned", {("retired", name): {"person": name}}, {})
        work.grant(name)


def change_role(project: Project, name: str, role: str) -> None:
    """Another role from now on; what they did in the earlier one stays."""
    person = project.person(name)
    project.expect_role(role)
    if person.role == role:
        raise CoderError("team.has_role", name=name, role=role)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_changes")
        work.record("people", "person.role", _row(name, person.role), _row(name, role))
        work.grant(name)


def rename(project: Project, old: str, new: str, password: str = "") -> None:
    """Another name for who has done nothing yet, else CoderError; password: of the new login, if any."""
    person = project.person(old)
    project.expect_new_name(new)
    with project.store.begin(project.actor) as work:
        queries = work.queries.with_withdrawn()
        for what, is_so in (
            ("team.has_codings", any(original(head.coder) == old for head in queries.coding_heads())),
            ("team.has_articles", queries.assignments(old)),
            ("team.has_acted", queries.has_acted(old)),
        ):
            if is_so:
                raise CoderError("team.keeps_name", old=old, new=new, what=Message(what), role=person.role)
        work.grant(old, nothing=True)
        work.record("people", "person.renamed", _row(old, person.role), _row(new, person.role))
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _expect_another_supervisor(queries: Queries, person: Person, problem: str) -> None:
    """Raises CoderError, whose sentence has the key `problem`, where nobody else is a supervisor."""
    others = (p for p in queries.people() if p.name != person.name and not p.retired)
    if person.role == "supervisor" and not any(p.role == "supervisor" for p in others):
        raise CoderError(problem, name=person.name)


def assign(
    project: Project,
    coders: Sequence[str],
    per_article: int,
    stage: str = "production",
    seed: int = 0,
    blind: float = 0.0,
    *,
    overlap: float = 1.0,
    strata: Sequence[str] = (),
) -> int:
    """Give each article to `per_article` coders, so that loads differ by one at most; returns how many.

    The same seed gives the same assignment; an article that a coder has already is left as it is.

    blind: the share of the articles of which one coder, these loads too within one, sees no candidates.
    overlap: the share of the articles that `per_article` coders get; the others go to one. strata: names as
    `in_strata` takes them; loads, and the share of the overlap, are within one in each stratum as well.
    """
    for name in coders:
        project.person(name)
    if stage not in STAGES:
        raise CoderError("team.no_stage", stage=stage, stages=", ".join(STAGES))
    if not 1 <= per_article <= len(set(coders)):
        raise CoderError("team.too_few_coders", wanted=per_article, there=len(set(coders)))
    for option, share in (("--blind-sample", blind), ("--overlap", overlap)):
        if not 0 <= share <= 1:
            raise CoderError("team.no_share", share=share, option=option)
    with project.store.begin(project.actor) as work:
        work.queries.expect_all()
        existing, queue = work.queries.assignments(), work.queries.article_ids()
        named = dict.fromkeys(coders)
        has = {(a.article, a.coder) for a in existing}
        order = random.Random(seed)
        order.shuffle(queue)
        place = {article: position for position, article in enumerate(queue)}
        groups = in_strata(work.queries, strata, queue)
        several = _overlap(groups, overlap, Counter(a.article for a in existing if a.coder in named))
        load = Counter(a.coder for a in existing)
        made = []
        for articles in groups.values():
            mine = Counter(coder for article in articles for coder in named if (article, coder) in has)
            for article in articles:
                free = [name for name in named if (article, name) not in has]
                wanted = per_article if article in several else 1
                missing = wanted - (len(named) - len(free))
                order.shuffle(free)
                for name in sorted(free, key=lambda n: (mine[n], load[n]))[: max(0, missing)]:
                    made.append((article, name, stage, place[article]))
                    mine[name] += 1
                    load[name] += 1
        work.assign(made)
        work.make_blind(_blind_sample(made, blind, random.Random(f"{seed} blind")))
    return len(made)


def in_strata(
    queries: Queries, names: Sequence[str], articles: Iterable[str]
) -> dict[tuple[str, ...], list[str]]:
    """The articles by what is known of them under these names, as `outlet`, each stratum in their order.

    Of the day of publication also the `month` or `year`; "" is what is not known. Raises CoderError for a
    name under which nothing is known of any article.
    """
    known = queries.metadata() if names else {}
    if unknown := [n for n in names if not any(_stratum(held, n) for held in known.values())]:
        there = sorted({name for held in known.values() for name in held})
        if not there:
            raise CoderError("team.no_strata")
        periods = _PERIODS if "published" in there else ()
        raise CoderError("team.no_stratum", name=unknown[0], known=", ".join([*there, *periods]))
    found: dict[tuple[str, ...], list[str]] = {}
    for article in articles:
        of = tuple(_stratum(known.get(article, {}), name) for name in names)
        found.setdefault(of, []).append(article)
    return dict(sorted(found.items()))


def loads_by_stratum(project: Project, strata: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Of each stratum: name, articles, how many several coders have, the least and the largest load."""
    with project.store.read() as queries:
        groups, assigned = in_strata(queries, strata, queries.article_ids()), queries.assignments()
    coders: dict[str, list[str]] = {}
    for each in assigned:
        coders.setdefault(each.article, []).append(each.coder)
    everybody, found = sorted({each.coder for each in assigned}), []
    for of, articles in groups.items():
        load = Counter(coder for article in articles for coder in coders.get(article, ()))
        loads = [load[coder] for coder in everybody] or [0]
        several = sum(len(coders.get(article, ())) > 1 for article in articles)
        name = " · ".join(each or "—" for each in of)
        found.append((name, len(articles), several, min(loads), max(loads)))
    return found


def _stratum(held: Mapping[str, str], name: str) -> str:
    if name in held or name not in _PERIODS:
        return held.get(name, "")
    day = Article("", "", metadata=held).published
    return day.isoformat()[: _PERIODS[name]] if day else ""


def _overlap(groups: Mapping[tuple[str, ...], list[str]], share: float, has: Counter[str]) -> set[str]:
    """The articles that several coders get: of each stratum the share, those first that most have already."""
    of, before = sum(map(len, groups.values())), 0
    total, chosen = round(share * of), set[str]()
    for articles in groups.values():
        after = before + len(articles)
        most = after * total // of - before * total // of
        chosen.update(sorted(articles, key=lambda article: -has[article])[:most])
        before = after
    return chosen


def _blind_sample(
    made: Sequence[tuple[str, str, str, int]], share: float, order: random.Random
) -> list[tuple[str, str]]:
    """(article, coder) for the share of the articles, one coder each; of a share above 0 at least one."""
    coders: dict[str, list[str]] = {}
    for article, coder, *_ in made:
        coders.setdefault(article, []).append(coder)
    size = max(1, round(share * len(coders))) if share and coders else 0
    load = {coder: 0 for _, coder, *_ in made}
    drawn: list[tuple[str, str]] = []
    for article in order.sample(sorted(coders), size):
        coder = min(order.sample(coders[article], len(coders[article])), key=load.__getitem__)
        load[coder] += 1
        drawn.append((article, coder))
    return drawn


def claim(project: Project, coder: str, stage: str = "production") -> str:
    """Give the coder an article that fewest have, however many ask at once, as their last; returns its id.

    Raises CoderError when the coder has all whose gold is not closed.
    """
    project.person(coder)
    for attempts_left in reversed(range(10)):
        try:
            with project.store.begin(coder) as work:
                article = work.claim(coder, stage)
            break
        except ConflictError:  # the same coder, at two screens at once
            if not attempts_left:
                raise
    if article is None:
        raise CoderError("team.nothing_to_claim", name=coder)
    return article


def withdraw(project: Project, supervisor: str, articles: Sequence[str], reason: str) -> list[str]:
    """Take articles, named by id or its beginning, out of work and figures; returns their ids."""
    project.person(supervisor, "supervisor")
    if not reason.strip():
        raise CoderError("project.no_reason")
    ids = _ids(project, articles)
    with project.store.begin(supervisor) as work:
        gone = work.queries.withdrawn()
        if already := [i for i in ids if i in gone]:
            raise CoderError("project.withdrawn_already", article=already[0], reason=gone[already[0]])
        work.record("withdrawn", "article.withdrawn", {}, _rows(dict.fromkeys(ids, reason)))
    return ids


def take_back(project: Project, supervisor: str, articles: Sequence[str]) -> list[str]:
    """Withdrawn articles are among the others again, with all that was done on them; returns their ids."""
    project.person(supervisor, "supervisor")
    ids = _ids(project, articles)
    with project.store.begin(supervisor) as work:
        gone = work.queries.withdrawn()
        if standing := [i for i in ids if i not in gone]:
            count = Message("counts.articles", n=len(gone))
            raise CoderError("project.not_withdrawn", article=standing[0], count=count)
        work.record("withdrawn", "article.taken_back", _rows({i: gone[i] for i in ids}), {})
    return ids


def _ids(project: Project, articles: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(project.article(name).id for name in articles))


def _rows(reasons: dict[str, str]) -> Rows:
    return {("withdrawn", i): {"article": i, "reason": reason} for i, reason in reasons.items()}
