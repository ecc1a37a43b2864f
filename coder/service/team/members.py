"""Team members, balanced and reproducible assignments, withdrawn articles and codings.

A person's name is the key of all their work, and the journal never changes: only people
who have done nothing yet can be renamed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from coder.errors import CoderError, ConflictError
from coder.grouping import grouped
from coder.messages.catalogue import Message, first_few
from coder.model import GOLD, SKIP, STAGES, TRAINING, Article
from coder.service.project.opened import Project
from coder.store.convert import Rows
from coder.store.merge import original
from coder.store.queries import Assigned, Person, Queries

_PERIODS = {"month": 7, "year": 4}
"""Strata by publication date, with the length of the prefix of the ISO date that
identifies them.
"""


def retire(project: Project, name: str) -> None:
    """Retire a member, who gets no more articles and cannot work any more; their work
    stays and counts.
    """
    person = project.person(name)
    with project.store.begin(project.actor) as work:
        _expect_another_supervisor(work.queries, person, "team.only_supervisor_retires")
        work.record(
            "people", "person.retired", {}, {("retired", name): {"person": name}}
        )
        work.grant(name)


def bring_back(project: Project, name: str) -> None:
    """Make a retired person a member again, in their former role."""
    if not project.expect_member(name).retired:
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
    """Rename a member; raises CoderError if they have done anything. password: of the
    new login, if any.
    """
    person = project.person(old)
    project.expect_new_name(new, instead_of=old)
    with project.store.begin(project.actor) as work:
        if reason := _reason_to_keep_name(work.queries.with_withdrawn(), old):
            what = Message(reason)
            raise CoderError(
                "team.keeps_name", old=old, new=new, what=what, role=person.role
            )
        work.grant(old, nothing=True)
        before = _person_row(old, person.role)
        after = _person_row(new, person.role)
        work.record("people", "person.renamed", before, after)
        if project.store.has_logins:
            work.add_login(new, person.role, password)


def _reason_to_keep_name(queries: Queries, name: str) -> str:
    """Return the message key of why a person's name can no longer change, "" if it can."""
    if any(original(head.coder) == name for head in queries.coding_heads()):
        return "team.has_codings"
    if queries.assignments(name):
        return "team.has_articles"
    return "team.has_acted" if queries.has_acted(name) else ""


def _person_row(name: str, role: str) -> Rows:
    return {("person", name): {"name": name, "role": role}}


def _expect_another_supervisor(queries: Queries, person: Person, problem: str) -> None:
    """Raise CoderError with the message key `problem` if the person is the only
    supervisor.
    """
    if person.role != "supervisor":
        return
    for other in queries.people():
        is_supervisor = other.role == "supervisor" and not other.retired
        if is_supervisor and other.name != person.name:
            return
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
    """Assign each article to `per_article` coders, balanced to within one; return the
    number of assignments.

    The same seed gives the same result; existing assignments are kept. Articles of
    which a coder has a coding without an assignment, such as an imported one, count as
    theirs, unless `articles` names them.

    articles: ids or their beginnings; by default all but those of other stages only.
    overlap: the share of these that
    `per_article` coders get; the others go to one coder. blind: the share of the newly assigned articles that
    one of their coders codes without candidates; articles with several coders are drawn
    first. strata: names as in `in_strata`; loads and the overlap's share are then
    balanced in each stratum, too. Raises CoderError for a supervisor, who sees
    everybody's codings.
    """
    for name in coders:
        project.person(name, "coder")
    named = _article_ids(project, articles)
    _expect_possible(coders, per_article, stage, blind=blind, overlap=overlap)
    with project.store.begin(project.actor) as work:
        work.queries.expect_all()
        existing = work.queries.assignments()
        taken = {(each.article, each.coder) for each in existing}
        if not articles:
            taken.update((h.article, h.coder) for h in work.queries.coding_heads())
        elsewhere = _articles_of_other_stages(existing, stage)
        rng = random.Random(seed)
        order = work.queries.article_ids()
        rng.shuffle(order)
        if articles:
            chosen = [article for article in order if article in named]
        else:
            chosen = [article for article in order if article not in elsewhere]
        groups = in_strata(work.queries, strata, chosen)
        team = list(dict.fromkeys(coders))
        # Whose coding was set aside is replaced by somebody else.
        aside = work.queries.set_aside().keys()
        pairs = _distribute(groups, team, per_article, overlap, taken, aside, rng)
        position = {article: index for index, article in enumerate(order)}
        work.assign([(a, coder, stage, position[a]) for a, coder in pairs])
        have_several = _with_several_coders(taken.union(pairs), team)
        draw = random.Random(f"{seed} blind")
        work.make_blind(_blind_sample(pairs, have_several, blind, draw))
    return len(pairs)


def _expect_possible(
    coders: Sequence[str],
    per_article: int,
    stage: str,
    *,
    blind: float,
    overlap: float,
) -> None:
    """Raise CoderError if no assignment can have these settings."""
    if stage not in STAGES:
        raise CoderError("team.no_stage", stage=stage, stages=", ".join(STAGES))
    different = len(set(coders))
    if not 1 <= per_article <= different:
        raise CoderError("team.too_few_coders", wanted=per_article, there=different)
    for option, share in (("--blind-sample", blind), ("--overlap", overlap)):
        if not 0 <= share <= 1:
            raise CoderError("team.no_share", share=share, option=option)


def _articles_of_other_stages(existing: Iterable[Assigned], stage: str) -> set[str]:
    """Return the articles that other stages have and this one has not.

    Training takes its articles from the other stages, as their gold is closed already.
    """
    if stage == TRAINING:
        return set()
    stages_of = grouped((each.article, each.stage) for each in existing)
    return {article for article, stages in stages_of.items() if stage not in stages}


def _distribute(
    groups: Mapping[tuple[str, ...], list[str]],
    team: Sequence[str],
    per_article: int,
    overlap: float,
    taken: Set[tuple[str, str]],
    excluded: Set[tuple[str, str]],
    rng: random.Random,
) -> list[tuple[str, str]]:
    """Return the (article, coder) to assign, beside those that are taken.

    Nobody gets an article from which they are excluded. Each article goes to those who
    have least in its stratum, then to those who have least in all.
    """
    coders_of = Counter(article for article, coder in taken if coder in team)
    several = _overlap(groups, overlap, coders_of)
    load = Counter(coder for _, coder in taken)
    assigned: list[tuple[str, str]] = []
    for group in groups.values():
        inside = set(group)
        load_here = Counter(coder for article, coder in taken if article in inside)
        for article in group:
            wanted = per_article if article in several else 1
            missing = max(0, wanted - coders_of[article])
            free = [
                coder
                for coder in team
                if (article, coder) not in taken and (article, coder) not in excluded
            ]
            rng.shuffle(free)
            free.sort(key=lambda coder: (load_here[coder], load[coder]))
            for coder in free[:missing]:
                assigned.append((article, coder))
                load_here[coder] += 1
                load[coder] += 1
    return assigned


def unassign(
    project: Project,
    coders: Sequence[str],
    stage: str = "production",
    articles: Sequence[str] = (),
) -> tuple[list[str], list[str]]:
    """Take back these coders' assignments in a stage, of some articles or all, unless
    work on them has begun.

    Returns the ids of the codings that were to be made, and of those kept because they,
    or a comment or flag, are there. Raises CoderError if nothing can be taken back.
    """
    for name in coders:
        project.expect_member(name)
    ids = _article_ids(project, articles)
    with project.store.begin(project.actor) as work:
        work.queries.expect_all()
        begun = {(head.article, head.coder) for head in work.queries.coding_heads()}
        for remark in work.queries.remarks():
            if remark.kind != SKIP:
                begun.add((remark.article, remark.coder))
        unbegun: list[tuple[str, str, str, int]] = []
        kept: list[str] = []
        for each in work.queries.assignments():
            is_named = each.article in ids or not articles
            if each.coder not in coders or each.stage != stage or not is_named:
                continue
            if (each.article, each.coder) in begun:
                kept.append(f"{each.article}/{each.coder}")
            else:
                unbegun.append((each.article, each.coder, each.stage, each.position))
        kept.sort()
        if not unbegun:
            key = "team.all_begun" if kept else "team.none_to_take_back"
            raise CoderError(key, stage=stage, kept=first_few(kept))
        work.unassign(unbegun)
    return sorted("/".join(row[:2]) for row in unbegun), kept


def in_strata(
    queries: Queries, names: Sequence[str], articles: Iterable[str]
) -> dict[tuple[str, ...], list[str]]:
    """Group articles by their metadata under these names, such as `outlet`; each group
    keeps their order.

    `month` and `year` stand for parts of the publication date; a missing value is "". Raises CoderError for
    a name under which no article has a value.
    """
    metadata = queries.metadata() if names else {}
    for name in names:
        if not any(_stratum(values, name) for values in metadata.values()):
            raise _make_stratum_error(name, metadata)
    strata: dict[tuple[str, ...], list[str]] = {}
    for article in articles:
        values = metadata.get(article, {})
        stratum = tuple(_stratum(values, name) for name in names)
        strata.setdefault(stratum, []).append(article)
    return dict(sorted(strata.items()))


def _make_stratum_error(
    name: str, metadata: Mapping[str, Mapping[str, str]]
) -> CoderError:
    """Return the error for a name under which no article has a value."""
    known = sorted({name for values in metadata.values() for name in values})
    if not known:
        return CoderError("team.no_strata")
    periods = _PERIODS if "published" in known else ()
    return CoderError("team.no_stratum", name=name, known=", ".join([*known, *periods]))


class StageLoads(NamedTuple):
    """How one stage is distributed in one stratum.

    several_coders: articles with more than one coder. blind: codings of the blind
    sample. least, most: the smallest and the largest number of articles that a coder of
    the stage has.
    """

    stratum: str
    articles: int
    several_coders: int
    blind: int
    least: int
    most: int


def stage_loads(
    project: Project, stage: str, strata: Sequence[str] = ()
) -> list[StageLoads]:
    """Return how a stage is distributed: a row per stratum, or one row without a name."""
    with project.store.read() as queries:
        assigned = [each for each in queries.assignments() if each.stage == stage]
        coders_of = grouped((each.article, each.coder) for each in assigned)
        groups = in_strata(queries, strata, coders_of) or {(): []}
        blind = Counter(article for article, _ in queries.blind())
    everybody = sorted({each.coder for each in assigned})
    rows = []
    for stratum, articles in groups.items():
        load = Counter[str]()
        for article in articles:
            load.update(coders_of[article])
        loads = [load[coder] for coder in everybody] or [0]
        rows.append(
            StageLoads(
                " · ".join(each or "—" for each in stratum),
                len(articles),
                sum(len(coders_of[article]) > 1 for article in articles),
                sum(blind[article] for article in articles),
                min(loads),
                max(loads),
            )
        )
    return rows


def _stratum(metadata: Mapping[str, str], name: str) -> str:
    """Return an article's value under a name or for a period, "" if it has none."""
    if name in metadata or name not in _PERIODS:
        return metadata.get(name, "")
    day = Article("", "", metadata=metadata).published
    return day.isoformat()[: _PERIODS[name]] if day else ""


def _overlap(
    groups: Mapping[tuple[str, ...], list[str]], share: float, coders_of: Counter[str]
) -> set[str]:
    """Choose this share of the articles in each stratum, first those with most coders
    already.

    The numbers chosen add up to the share of all articles: each stratum gets what is
    due to it and those before it, less what those got.
    """
    total = sum(map(len, groups.values()))
    wanted = round(share * total)
    articles_so_far = 0
    chosen = set[str]()
    for articles in groups.values():
        articles_so_far += len(articles)
        size = articles_so_far * wanted // total - len(chosen)
        chosen.update(sorted(articles, key=lambda article: -coders_of[article])[:size])
    return chosen


def _with_several_coders(
    assigned: Set[tuple[str, str]], team: Sequence[str]
) -> set[str]:
    """Return the articles that at least two of the team have."""
    coders = Counter(article for article, coder in assigned if coder in team)
    return {article for article, count in coders.items() if count > 1}


def _blind_sample(
    assigned: Sequence[tuple[str, str]],
    have_several: Set[str],
    share: float,
    rng: random.Random,
) -> list[tuple[str, str]]:
    """Draw one (article, coder) for this share of the articles, at least one if the
    share is above 0.

    Articles with several coders come first: only they show what a coder who sees no
    candidates does otherwise.
    """
    coders_of = grouped(assigned)
    size = max(1, round(share * len(coders_of))) if share and coders_of else 0
    first = sorted(article for article in coders_of if article in have_several)
    then = sorted(article for article in coders_of if article not in have_several)
    articles = rng.sample(first, min(size, len(first)))
    articles += rng.sample(then, size - len(articles))
    load = Counter[str]()
    drawn: list[tuple[str, str]] = []
    for article in articles:
        coders = coders_of[article]
        coder = min(rng.sample(coders, len(coders)), key=load.__getitem__)
        load[coder] += 1
        drawn.append((article, coder))
    return drawn


def claim(project: Project, coder: str) -> str:
    """Assign the coder, as their last article, one of those with the fewest coders;
    return its id.

    Safe when several coders claim at once. Raises CoderError if nothing is left to
    claim: the coder has every article whose gold is not closed.
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
    """Withdraw articles, given by id or its beginning, from work and figures; return
    their ids.
    """
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
            _make_withdrawn_rows(dict.fromkeys(ids, reason)),
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
            _make_withdrawn_rows({i: withdrawn[i] for i in ids}),
            {},
        )
    return ids


def withdraw_coding(
    project: Project, supervisor: str, article: str, coder: str, reason: str
) -> str:
    """Set one coder's coding of an article aside, out of work and figures; return the
    coding's id.

    It is kept, with its assignment. Raises CoderError for gold, which is reopened
    instead.
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


def _make_withdrawn_rows(reasons: dict[str, str]) -> Rows:
    return {
        ("withdrawn", i): {"article": i, "reason": reason}
        for i, reason in reasons.items()
    }
