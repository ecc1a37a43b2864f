"""Lists and shows gold, creates it by policies, signs and releases it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from coder.cli.commands import Options
from coder.cli.output import Output, note_wrong_codings
from coder.codebook.label import joined
from coder.errors import CoderError
from coder.messages.catalogue import Message, first_few, say
from coder.model import DECIDED, HOW, Status, event_number, format_local_time

if TYPE_CHECKING:
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
        signature = line.signed or (
            say("en", "cli.gold.to_sign") if line.to_sign else ""
        )
        closed = "closed" if line.status == Status.SUBMITTED else "open"
        state = say("en", f"screens.{'to_redo' if line.article in stale else closed}")
        rows.append(
            (
                line.article,
                state,
                line.events,
                *(line.values.get(k, 0) for k in kinds),
                signature,
            )
        )
    out.table([*head[:3], *(how_in_words(how).en for how in kinds), head[3]], rows)
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
    from coder.service.coding.event_cells import describe_blank, summarize_event
    from coder.service.project.told_gold import how_in_words
    from coder.service.review.gold_list import origins
    from coder.values.typed import show

    project = options.project
    gold, values, rejected = origins(project, options.articles[0])
    lang = project.config.shown_in
    out.lang = lang
    with project.store.read() as queries:
        book = project.revision(queries, gold.codebook, gold.id)
    rows = []
    documents = []
    for each in values:
        answer = each.answer
        asks = each.asks
        if not answer.coded:
            value = describe_blank(answer, book, lang)
        else:
            value = (
                show(asks, answer.value, book, lang)
                if asks
                else ", ".join(map(str, answer.value))
            )
        how = how_in_words(answer.how).of(lang)
        reason = ""
        if answer.how == DECIDED:
            reason = book.reason(answer.reason).of(lang)
        givers = [
            f"{who} {each.versions[who]}" if who in each.versions else who
            for who in answer.taken_from
        ]
        name = asks.label.of(lang) if asks else each.field
        if each.spans:
            name = f"«{name}» {say(lang, f'screens.spans_{each.spans}')}"
        people = (answer.by, answer.applied_by)
        origin = (", ".join(givers), how, reason, *people, format_local_time(each.at))
        rows.append((event_number(each.event), name, *origin, value))
        content = {"value": answer.value} if answer.coded else {"blank": answer.state}
        documents.append(
            {
                "event": each.event,
                "field": each.field,
                **content,
                "from": answer.taken_from,
            }
            | {
                "versions": each.versions,
                "how": answer.how,
                "reason": answer.reason,
                "by": answer.by,
                "applied_by": answer.applied_by,
                "at": each.at,
            }
            | ({"spans": each.spans} if each.spans else {})
        )
    rejections = []
    for no_event in rejected:
        cluster = no_event.cluster
        coders = ", ".join(coder for coder, _ in cluster.members)
        words = (
            " · ".join(summarize_event(no_event.event, project.codebook, lang))
            if no_event.event
            else ""
        )
        start = event_number(cluster.id), say(lang, "screens.rejected"), coders
        answer = no_event.answer
        reason = book.reason(answer.reason).of(lang) if answer.how == DECIDED else ""
        how = how_in_words(answer.how).of(lang)
        people = (answer.by, answer.applied_by)
        when = format_local_time(no_event.at)
        rows.append((*start, how, reason, *people, when, words))
        rejections.append(
            {
                "members": dict(cluster.members),
                "how": answer.how,
                "reason": answer.reason,
                "by": answer.by,
                "applied_by": answer.applied_by,
                "at": no_event.at,
            }
        )
    about = {"article": gold.article, "status": gold.status, "codebook": gold.codebook}
    about |= {"imported_from": gold.source} if gold.source else {}
    out.document({**about, "values": documents, "rejected": rejections})
    if gold.source:
        out.say("cli.gold.imported", article=gold.article, file=gold.source)
    out.table("cli.gold.origins", rows)


def _apply(options: Options, out: Output) -> None:
    from coder.service.review import policy_runs

    project = options.project
    progress = out.progress("apply")
    dry = options.dry_run
    order = policy_runs.Order(
        options.articles,
        (options.policy,) if options.policy else (),
        options.coder,
    )
    if dry:
        run = policy_runs.preview(project, progress, order, options.person)
    else:
        run = policy_runs.apply(project, options.person, progress, order)
    done = run.outcomes
    left_alone = {
        "waiting": run.waiting,
        "revisions": run.revisions,
        "copies": run.copies,
        "untaken": run.untaken,
    }
    articles = [each._asdict() for each in done]
    out.document(
        {
            "policies": run.policies,
            "dry_run": dry,
            "articles": articles,
            **left_alone,
            "wrong_codings": [each.document for each in run.wrong],
        }
    )
    made = [
        (say("en", f"gold.{name}"), sum(each.made.get(name, 0) for each in done))
        for name in run.policies
    ]
    out.table("cli.gold.made", made)
    rejected = sum(each.rejected for each in done)
    closed = sum(each.closed for each in done)
    if rejected:
        out.say("cli.gold.rejected", count=Message("counts.events", n=rejected))
    changed = Message("counts.articles", n=sum(each.is_changed for each in done))
    out.say(
        "cli.gold.would" if dry else "cli.gold.did",
        changed=changed,
        closed=closed,
        of=len(done),
    )
    if left := [each.open_cells for each in done if each.open_cells]:
        cells = Message("counts.cells", n=sum(left))
        out.note(
            "cli.gold.left", count=Message("counts.articles", n=len(left)), cells=cells
        )
    if wrong := [each for each in done if each.errors]:
        errors = Message("counts.errors", n=sum(each.errors for each in wrong))
        count = Message("counts.articles", n=len(wrong))
        names = first_few([each.article for each in wrong])
        out.note("cli.gold.wrong", count=count, errors=errors, articles=names)
    for key, waiting in left_alone.items():
        if waiting:
            out.note(
                f"cli.gold.{key}",
                count=Message("counts.articles", n=len(waiting)),
                first=waiting[0],
            )
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
    from coder.service.review.unreleased import unreleased

    left = unreleased(
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
        out.note("cli.gold.loses", what=joined(lost), check="coder check")
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
