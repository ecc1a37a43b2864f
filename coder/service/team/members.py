"""Team members, balanced and reproducible assignments, withdrawn articles and codings.

A person's name is the key of all their work, and the journal never changes: only people who have done nothing
yet can be renamed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from coder.errors import CoderError, ConflictError
from coder.grouping import grouped
from coder.messages.catalogue import Message, first_few
from coder.model import GOLD, SKIP, STAGES, Article
from coder.service.project.opened import Project
from coder.store.convert import Rows
from coder.store.merge import original
from coder.store.queries import Person, Queries

_PERIODS = {"month": 7, "year": 4}
"""Strata by publication date, with the length of the prefix of the ISO date that identifies them."""


def retire(project: Project, name: str) -> None:
    """Retire a member, who gets no more articles and cannot work any more; their work stays and counts."""
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_retires")
        work.record(
            "people", "person.retired", {}, {("retired", name): {"person": name}}
        )
        work.grant(name)


def bring_back(project: Project, name: str) -> None:
    """Make a retired person a member again, in their former role."""
    if not project.anybody(name).retired:
        raise CoderError("team.not_retired", name=name)
    with project.store.begin(project.actor) as work:
        work.record(
            "people", "person.returned", {("retired", name): {"person": name}}, {}
        )
        work.grant(name)


def change_role(project: Project, name: str, role: str) -> None:
    """Change a member's role; their work in the former role stays."""
    person = project.person(name)
    project.expect_role(role)
    if person.role == role:
        raise CoderError("team.has_role", name=name, role=role)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_changes")
        work.record(
            "people",
            "person.role",
            _person_row(name, person.role),
            _person_row(name, role),
        )
        work.grant(name)


def rename(project: Project, old: str, new: str, password: str = "") -> None:
    """Rename a member; raises CoderError if they have done anything. password: of the new login, if any."""
    person = project.person(old)
    project.expect_new_name(new, instead_of=old)
    with project.store.begin(project.actor) as work:
        queries = work.queries.with_withdrawn()
        for reason, applies in (
            (
                "team.has_codings",
                any(original(head.coder) == old for head in queries.coding_heads()),
            ),
            ("team.has_articles", queries.assignments(old)),
            ("team.has_acted", queries.has_acted(old)),
        ):
            if applies:
                raise CoderError(
                    "team.keeps_name",
                    old=old,
                    new=new,
                    what=Message(reason),
                    role=person.role,
                )
        work.grant(old, nothing=True)
        before, after = _person_row(old, person.role), _person_row(new, person.role)
        work.record("people", "person.renamed", before, after)
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _person_row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _expect_another_supervisor(queries: Queries, person: Person, problem: str) -> None:
    """Raise CoderError with the message key `problem` if the person is the only supervisor."""
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
    articles: Sequence[str] = (),
) -> int:
    """Assign each article to `per_article` coders, balanced to within one; return the number of assignments.

    The same seed gives the same result; existing assignments are kept. Articles of which a coder has a coding
    without an assignment, such as an imported one, count as theirs, unless `articles` names them.

    blind: the share of the articles that one of their coders codes without candidates, balanced as well.
    overlap: the share of the articles that `per_article` coders get; the others go to one coder. strata:
    names as in `in_strata`; loads and the overlap's share are then balanced in each stratum, too. articles:
    ids or their beginnings; by default all. Raises CoderError for a supervisor, who sees everybody's codings.
    """
    for name in coders:
        project.person(name, "coder")
    chosen = _article_ids(project, articles)
    if stage not in STAGES:
        raise CoderError("team.no_stage", stage=stage, stages=", ".join(STAGES))
    if not 1 <= per_article <= len(set(coders)):
        raise CoderError(
            "team.too_few_coders", wanted=per_article, there=len(set(coders))
        )
    for option, share in (("--blind-sample", blind), ("--overlap", overlap)):
        if not 0 <= share <= 1:
            raise CoderError("team.no_share", share=share, option=option)
    with project.store.begin(project.actor) as work:
        work.queries.expect_all()
        existing, order = work.queries.assignments(), work.queries.article_ids()
        # Whose coding was set aside is replaced by somebody else.
        aside = work.queries.set_aside().keys()
        team = dict.fromkeys(coders)
        assigned = {(a.article, a.coder) for a in existing}
        if not articles:
            assigned.update(
                (head.article, head.coder) for head in work.queries.coding_heads()
            )
        rng = random.Random(seed)
        rng.shuffle(order)
        position = {article: index for index, article in enumerate(order)}
        groups = in_strata(
            work.queries, strata, [i for i in order if i in chosen or not articles]
        )
        several = _overlap(
            groups,
            overlap,
            Counter(article for article, name in assigned if name in team),
        )
        load = Counter(name for _, name in assigned)
        new = []
        for group in groups.values():
            in_stratum = Counter(
                name
                for article in group
                for name in team
                if (article, name) in assigned
            )
            for article in group:
                busy = [name for name in team if (article, name) in assigned]
                free = [
                    name
                    for name in team
                    if (article, name) not in assigned and (article, name) not in aside
                ]
                wanted = per_article if article in several else 1
                missing = wanted - len(busy)
                rng.shuffle(free)
                for name in sorted(free, key=lambda n: (in_stratum[n], load[n]))[
                    : max(0, missing)
                ]:
                    new.append((article, name, stage, position[article]))
                    in_stratum[name] += 1
                    load[name] += 1
        work.assign(new)
        work.make_blind(_blind_sample(new, blind, random.Random(f"{seed} blind")))
    return len(new)


def unassign(
    project: Project,
    coders: Sequence[str],
    stage: str = "production",
    articles: Sequence[str] = (),
) -> tuple[list[str], list[str]]:
    """Take back these coders' assignments in a stage, of some articles or all, unless work on them has begun.

    Returns the ids of the codings that were to be made, and of those kept because they, or a comment or flag,
    are there. Raises CoderError if nothing can be taken back.
    """
    for name in coders:
        project.anybody(name)
    ids = _article_ids(project, articles)
    with project.store.begin(project.actor) as work:
        work.queries.expect_all()
        found = [
            a
            for a in work.queries.assignments()
            if a.coder in coders and a.stage == stage
        ]
        rows = [
            (a.article, a.coder, a.stage, a.position)
            for a in found
            if a.article in ids or not articles
        ]
        begun = {(head.article, head.coder) for head in work.queries.coding_heads()}
        begun |= {
            (each.article, each.coder)
            for each in work.queries.remarks()
            if each.kind != SKIP
        }
        unbegun = [row for row in rows if row[:2] not in begun]
        kept = sorted("/".join(row[:2]) for row in rows if row[:2] in begun)
        if not unbegun:
            key = "team.all_begun" if kept else "team.none_to_take_back"
            raise CoderError(key, stage=stage, kept=first_few(kept))
        work.unassign(unbegun)
    return sorted("/".join(row[:2]) for row in unbegun), kept


def in_strata(
    queries: Queries, names: Sequence[str], articles: Iterable[str]
) -> dict[tuple[str, ...], list[str]]:
    """Group articles by their metadata under these names, such as `outlet`; each group keeps their order.

    `month` and `year` stand for parts of the publication date; a missing value is "". Raises CoderError for
    a name under which no article has a value.
    """
    metadata = queries.metadata() if names else {}
    if unknown := [
        n for n in names if not any(_stratum(values, n) for values in metadata.values())
    ]:
        known = sorted({name for values in metadata.values() for name in values})
        if not known:
            raise CoderError("team.no_strata")
        periods = _PERIODS if "published" in known else ()
        raise CoderError(
            "team.no_stratum", name=unknown[0], known=", ".join([*known, *periods])
        )
    strata = (
        (tuple(_stratum(metadata.get(a, {}), name) for name in names), a)
        for a in articles
    )
    return dict(sorted(grouped(strata).items()))


def loads_by_stratum(
    project: Project, strata: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    """Return per stratum: name, articles, articles with several coders, smallest and largest load."""
    with project.store.read() as queries:
        groups, assigned = (
            in_strata(queries, strata, queries.article_ids()),
            queries.assignments(),
        )
    coders = grouped((each.article, each.coder) for each in assigned)
    everybody, result = sorted({each.coder for each in assigned}), []
    for stratum, articles in groups.items():
        load = Counter(
            coder for article in articles for coder in coders.get(article, ())
        )
        loads = [load[coder] for coder in everybody] or [0]
        several = sum(len(coders.get(article, ())) > 1 for article in articles)
        name = " · ".join(each or "—" for each in stratum)
        result.append((name, len(articles), several, min(loads), max(loads)))
    return result


def _stratum(metadata: Mapping[str, str], name: str) -> str:
    if name in metadata or name not in _PERIODS:
        return metadata.get(name, "")
    day = Article("", "", metadata=metadata).published
    return day.isoformat()[: _PERIODS[name]] if day else ""


def _overlap(
    groups: Mapping[tuple[str, ...], list[str]], share: float, coders: Counter[str]
) -> set[str]:
    """Choose this share of the articles in each stratum, first those that most of the coders have already."""
    articles_in_all, before = sum(map(len, groups.values())), 0
    total, chosen = round(share * articles_in_all), set[str]()
    for articles in groups.values():
        after = before + len(articles)
        size = after * total // articles_in_all - before * total // articles_in_all
        chosen.update(sorted(articles, key=lambda article: -coders[article])[:size])
        before = after
    return chosen


def _blind_sample(
    assignments: Sequence[tuple[str, str, str, int]], share: float, rng: random.Random
) -> list[tuple[str, str]]:
    """Draw (article, coder) for this share of the articles, at least one if the share is above 0."""
    coders = grouped((article, coder) for article, coder, *_ in assignments)
    size = max(1, round(share * len(coders))) if share and coders else 0
    load = Counter[str]()
    drawn: list[tuple[str, str]] = []
    for article in rng.sample(sorted(coders), size):
        coder = min(
            rng.sample(coders[article], len(coders[article])), key=load.__getitem__
        )
        load[coder] += 1
        drawn.append((article, coder))
    return drawn


def claim(project: Project, coder: str) -> str:
    """Assign the coder, as their last article, one of those with the fewest coders; return its id.

    Safe when several coders claim at once. Raises CoderError if nothing is left to claim: the coder has every
    article whose gold is not closed.
    """
    project.person(coder, "coder")
    for attempts_left in reversed(range(10)):
        try:
            with project.store.begin(coder) as work:
                article = work.claim(coder, "production")
            break
        except ConflictError:  # the same coder is claiming on two screens at once
            if not attempts_left:
                raise
    if article is None:
        raise CoderError("team.nothing_to_claim", name=coder)
    return article


def withdraw(
    project: Project, supervisor: str, articles: Sequence[str], reason: str
) -> list[str]:
    """Withdraw articles, given by id or its beginning, from work and figures; return their ids."""
    project.person(supervisor, "supervisor")
    if not reason.strip():
        raise CoderError("project.no_reason")
    ids = _article_ids(project, articles)
    with project.store.begin(supervisor) as work:
        withdrawn = work.queries.withdrawn()
        if already := [i for i in ids if i in withdrawn]:
            raise CoderError(
                "project.withdrawn_already",
                article=already[0],
                reason=withdrawn[already[0]],
            )
        work.record(
            "withdrawn",
            "article.withdrawn",
            {},
            _withdrawn_rows(dict.fromkeys(ids, reason)),
        )
    return ids


def undo_withdrawal(
    project: Project, supervisor: str, articles: Sequence[str]
) -> list[str]:
    """Undo the withdrawal of articles, with all work done on them; return their ids."""
    project.person(supervisor, "supervisor")
    ids = _article_ids(project, articles)
    with project.store.begin(supervisor) as work:
        withdrawn = work.queries.withdrawn()
        if others := [i for i in ids if i not in withdrawn]:
            count = Message("counts.articles", n=len(withdrawn))
            raise CoderError("project.not_withdrawn", article=others[0], count=count)
        work.record(
            "withdrawn",
            "article.taken_back",
            _withdrawn_rows({i: withdrawn[i] for i in ids}),
            {},
        )
    return ids


def withdraw_coding(
    project: Project, supervisor: str, article: str, coder: str, reason: str
) -> str:
    """Set one coder's coding of an article aside, out of work and figures; return the coding's id.

    It is kept, with its assignment. Raises CoderError for gold, which is reopened instead.
    """
    project.person(supervisor, "supervisor")
    if not reason.strip():
        raise CoderError("project.no_reason")
    article_id = project.article(article).id
    if coder == GOLD:
        raise CoderError("project.gold_aside", article=article_id)
    with project.store.begin(supervisor) as work:
        every = work.queries.with_withdrawn().coding_heads([article_id])
        coders = [head.coder for head in every if not head.is_gold]
        if coder not in coders:
            known = ", ".join(coders) or Message("project.nobody_yet")
            of = {"article": article_id, "coder": coder}
            raise CoderError("project.no_coding", known=known, **of)
        if known_reason := work.queries.set_aside().get((article_id, coder)):
            of = {"article": article_id, "coder": coder}
            raise CoderError("project.aside_already", reason=known_reason, **of)
        rows = _aside_rows(article_id, coder, reason)
        work.record("withdrawn", "coding.set_aside", {}, rows)
    return f"{article_id}/{coder}"


def undo_coding_withdrawal(
    project: Project, supervisor: str, article: str, coder: str
) -> str:
    """Take back a coding that was set aside, as it is now; return its id."""
    project.person(supervisor, "supervisor")
    article_id = project.article(article).id
    with project.store.begin(supervisor) as work:
        reason = work.queries.set_aside().get((article_id, coder))
        if reason is None:
            raise CoderError("project.not_aside", article=article_id, coder=coder)
        rows = _aside_rows(article_id, coder, reason)
        work.record("withdrawn", "coding.taken_back", rows, {})
    return f"{article_id}/{coder}"


def _aside_rows(article: str, coder: str, reason: str) -> Rows:
    row = {"article": article, "coder": coder, "reason": reason}
    return {("aside", article, coder): row}


def _article_ids(project: Project, articles: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(project.article(name).id for name in articles))


def _withdrawn_rows(reasons: dict[str, str]) -> Rows:
    return {
        ("withdrawn", i): {"article": i, "reason": reason}
        for i, reason in reasons.items()
    }
