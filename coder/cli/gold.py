"""Lists and shows gold, creates it by policies, signs and releases it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from coder.cli.commands import Options
from coder.cli.output import Output, note_wrong_codings
from coder.codebook.label import join_texts
from coder.errors import CoderError
from coder.messages.catalogue import Message, first_few, say
from coder.model import DECIDED, HOW, Status, event_number, format_local_time

if TYPE_CHECKING:
    from coder.codebook.schema import Codebook
    from coder.model import Answer
    from coder.service.review.gold_list import Origin, Rejected
    from coder.service.review.policy_runs import Run
    from coder.service.review.unreleased import Unreleased


def run_gold(options: Options, out: Output) -> None:
    """List the gold, or perform the requested action on it."""
    _expect_possible(options)
    match options.what:
        case "show":
            _show(options, out)
        case "apply" if options.undo:
            _undo(options, out)
        case "apply":
            _apply(options, out)
        case "sign":
            from coder.service.project.sign_off import sign

            signed = sign(options.project, options.person, options.articles[0])
            out.document({"signed": signed})
            out.say("cli.gold.signed", article=signed)
        case "release":
            _release(options, out)
        case "releases":
            _releases(options, out)
        case _:
            _list(options, out)


def _expect_possible(options: Options) -> None:
    """Raise CoderError if the action does not go with the articles and options."""
    what = options.what
    named = len(options.articles)
    fits = named == 1 if what in ("show", "sign") else not named or what == "apply"
    if not fits:
        raise CoderError("cli.gold.article", what=what)
    of_apply = options.dry_run or options.undo or options.policy or options.coder
    if (of_apply and what != "apply") or (options.training and what != "release"):
        raise CoderError("cli.gold.only_apply")
    is_dry = options.dry_run and not options.coder
    if what in ("apply", "sign", "release") and not options.person and not is_dry:
        raise CoderError("cli.gold.whose", what=what)
    if options.coder and not named:
        raise CoderError("cli.gold.coding_of")
    together = {
        "--dry-run": options.dry_run,
        "--policy": options.policy,
        "--coding": options.coder,
        "ARTICLE": named,
    }
    for one, is_given in together.items():
        if is_given and options.undo:
            raise CoderError("cli.not_with", one=one, other="--undo")
    if options.policy and options.coder:
        raise CoderError("cli.not_with", one="--policy", other="--coding")


def _list(options: Options, out: Output) -> None:
    from coder.service.project.told_gold import how_in_words
    from coder.service.review.gold_list import gold_lines
    from coder.service.review.review_queue import stale_gold

    lines = [*gold_lines(options.project)]
    stale = stale_gold(options.project, out.progress("compare"))
    out.document([asdict(line) | {"stale": line.article in stale} for line in lines])
    if not lines:
        out.say("cli.gold.none")
        return
    kinds = [how for how in HOW if any(line.values.get(how) for line in lines)]
    head = [name.strip() for name in say("en", "cli.gold.head").split("|")]
    rows = []
    for line in lines:
        signature = line.signed
        if not signature and line.to_sign:
            signature = say("en", "cli.gold.to_sign")
        if line.article in stale:
            state = "to_redo"
        elif line.status == Status.SUBMITTED:
            state = "closed"
        else:
            state = "open"
        first = (line.article, say("en", f"screens.{state}"), line.events)
        counts = [line.values.get(how, 0) for how in kinds]
        rows.append((*first, *counts, signature))
    kinds_in_words = [how_in_words(how).en for how in kinds]
    out.table([*head[:3], *kinds_in_words, head[3]], rows)
    note_stale_gold(out, stale)


def note_stale_gold(out: Output, articles: Sequence[str]) -> None:
    """Print how many articles' gold was closed before coders changed the answers it was
    taken from.
    """
    if articles:
        out.note(
            "cli.gold.stale",
            count=Message("counts.articles", n=len(articles)),
            first=articles[0],
        )


def _show(options: Options, out: Output) -> None:
    from coder.service.review.gold_list import origins

    project = options.project
    gold, values, rejected = origins(project, options.articles[0])
    lang = project.config.shown_in
    out.lang = lang
    with project.store.read() as queries:
        book = project.revision(queries, gold.codebook, gold.id)
    rows = [_value_row(each, book, lang) for each in values]
    for each in rejected:
        rows.append(_rejection_row(each, book, project.codebook, lang))
    about = {"article": gold.article, "status": gold.status, "codebook": gold.codebook}
    if gold.source:
        about["imported_from"] = gold.source
    out.document(
        {
            **about,
            "values": [_value_document(each) for each in values],
            "rejected": [_rejection_document(each) for each in rejected],
        }
    )
    if gold.source:
        out.say("cli.gold.imported", article=gold.article, file=gold.source)
    out.table("cli.gold.origins", rows)


def _value_row(origin: Origin, book: Codebook, lang: str) -> tuple[object, ...]:
    from coder.service.coding.event_cells import describe_blank
    from coder.values.typed import show

    answer = origin.answer
    asks = origin.asks
    if not answer.coded:
        value = describe_blank(answer, book, lang)
    elif asks:
        value = show(asks, answer.value, book, lang)
    else:
        value = ", ".join(map(str, answer.value))
    name = asks.label.of(lang) if asks else origin.field
    if origin.spans:
        name = f"«{name}» {say(lang, f'screens.spans_{origin.spans}')}"
    givers = []
    for coder in answer.taken_from:
        version = origin.versions.get(coder)
        givers.append(coder if version is None else f"{coder} {version}")
    decision = _decision_cells(answer, origin.at, book, lang)
    number = event_number(origin.event)
    return number, name, ", ".join(givers), *decision, value


def _rejection_row(
    rejection: Rejected, book: Codebook, current: Codebook, lang: str
) -> tuple[object, ...]:
    """Return a row for events that are none.

    book: the gold's codebook; current: the project's.
    """
    from coder.service.coding.event_cells import summarize_event

    cluster = rejection.cluster
    words = ""
    if rejection.event:
        words = " · ".join(summarize_event(rejection.event, current, lang))
    coders = ", ".join(coder for coder, _ in cluster.members)
    decision = _decision_cells(rejection.answer, rejection.at, book, lang)
    number = event_number(cluster.id)
    return number, say(lang, "screens.rejected"), coders, *decision, words


def _decision_cells(
    answer: Answer, at: str, book: Codebook, lang: str
) -> tuple[str, str, str, str, str]:
    """Return how a decision was made, why, by whom, by whom it was applied, and when."""
    from coder.service.project.told_gold import how_in_words

    how = how_in_words(answer.how).of(lang)
    reason = book.reason(answer.reason).of(lang) if answer.how == DECIDED else ""
    return how, reason, answer.by, answer.applied_by, format_local_time(at)


def _value_document(origin: Origin) -> dict[str, object]:
    answer = origin.answer
    document: dict[str, object] = {"event": origin.event, "field": origin.field}
    if answer.coded:
        document["value"] = answer.value
    else:
        document["blank"] = answer.state
    document["from"] = answer.taken_from
    document["versions"] = origin.versions
    document |= _decision_document(answer, origin.at)
    if origin.spans:
        document["spans"] = origin.spans
    return document


def _rejection_document(rejection: Rejected) -> dict[str, object]:
    members = dict(rejection.cluster.members)
    return {"members": members, **_decision_document(rejection.answer, rejection.at)}


def _decision_document(answer: Answer, at: str) -> dict[str, object]:
    return {
        "how": answer.how,
        "reason": answer.reason,
        "by": answer.by,
        "applied_by": answer.applied_by,
        "at": at,
    }


def _apply(options: Options, out: Output) -> None:
    from coder.service.review import policy_runs

    project = options.project
    progress = out.progress("apply")
    dry = options.dry_run
    policies = (options.policy,) if options.policy else ()
    order = policy_runs.Order(options.articles, policies, options.coder)
    if dry:
        run = policy_runs.preview(project, progress, order, options.person)
    else:
        run = policy_runs.apply(project, options.person, progress, order)
    out.document(
        {
            "policies": run.policies,
            "dry_run": dry,
            "articles": [each._asdict() for each in run.outcomes],
            **_list_left_alone(run),
            "wrong_codings": [each.document for each in run.wrong],
        }
    )
    _print_run(run, out, dry=dry)


def _list_left_alone(run: Run) -> dict[str, Sequence[str]]:
    """Return the articles that policies did not touch, by the reason."""
    return {
        "waiting": run.waiting,
        "revisions": run.revisions,
        "copies": run.copies,
        "untaken": run.untaken,
    }


def _print_run(run: Run, out: Output, *, dry: bool) -> None:
    """Print what policies did or, in a dry run, would do."""
    done = run.outcomes
    made = []
    for name in run.policies:
        values = sum(each.made.get(name, 0) for each in done)
        made.append((say("en", f"gold.{name}"), values))
    out.table("cli.gold.made", made)
    rejected = sum(each.rejected for each in done)
    closed = sum(each.closed for each in done)
    if rejected:
        out.say("cli.gold.rejected", count=Message("counts.events", n=rejected))
    changed = Message("counts.articles", n=sum(each.is_changed for each in done))
    key = "cli.gold.would" if dry else "cli.gold.did"
    out.say(key, changed=changed, closed=closed, of=len(done))
    left = [each.open_cells for each in done if each.open_cells]
    if left:
        count = Message("counts.articles", n=len(left))
        cells = Message("counts.cells", n=sum(left))
        out.note("cli.gold.left", count=count, cells=cells)
    wrong = [each for each in done if each.errors]
    if wrong:
        count = Message("counts.articles", n=len(wrong))
        errors = Message("counts.errors", n=sum(each.errors for each in wrong))
        names = first_few([each.article for each in wrong])
        out.note("cli.gold.wrong", count=count, errors=errors, articles=names)
    for key, articles in _list_left_alone(run).items():
        if articles:
            count = Message("counts.articles", n=len(articles))
            out.note(f"cli.gold.{key}", count=count, first=articles[0])
    note_wrong_codings(out, [each.id for each in run.wrong])


def _undo(options: Options, out: Output) -> None:
    from coder.service.review import policy_runs

    undone = policy_runs.undo(options.project, options.person, out.progress("undo"))
    out.document(undone)
    out.say(
        "cli.gold.taken_back", count=Message("counts.articles", n=len(undone.articles))
    )
    if undone.worked_on:
        count = Message("counts.articles", n=len(undone.worked_on))
        out.note(
            "cli.gold.worked_on", count=count, names=", ".join(undone.worked_on[:5])
        )


def _release(options: Options, out: Output) -> None:
    from coder.service.delivery.releases import make
    from coder.service.review.unreleased import find_unreleased

    left = find_unreleased(
        options.project, out.progress("compare"), training=options.training
    )
    try:
        release, is_new, published = make(
            options.project,
            options.person,
            out.progress("release"),
            training=options.training,
        )
    except CoderError:
        out.document({"not_gold": left})
        show_unreleased(out, left)
        raise
    out.document(
        {
            **asdict(release),
            "new": is_new,
            "lost": published.lost,
            "not_gold": left,
        }
    )
    count = Message("counts.articles", n=release.articles)
    number = release.number
    out.say(
        "cli.gold.released" if is_new else "cli.gold.same_release",
        number=number,
        count=count,
    )
    out.line(f"sha256 {release.sha256}")
    show_unreleased(out, left)
    if lost := published.in_words:
        out.note("cli.gold.loses", what=join_texts(lost), check="coder check")
    out.note("cli.gold.export", number=number)


def show_unreleased(out: Output, left: Sequence[Unreleased]) -> None:
    """Print what is not gold yet and why, if anything is."""
    if left:
        out.line()
        out.table("cli.gold.unreleased", [each.in_words for each in left])


def _releases(options: Options, out: Output) -> None:
    from coder.service.delivery.releases import releases

    with options.project.store.read() as queries:
        made = releases(queries)
    out.document(made)
    if made:
        rows = [
            (str(each.number), each.at[:16], each.by, each.articles, each.sha256)
            for each in made
        ]
        out.table("cli.gold.releases_head", rows)
    else:
        out.say("cli.gold.no_releases")
