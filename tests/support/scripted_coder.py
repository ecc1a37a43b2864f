"""A coder at work without a screen: python -m tests.support.scripted_coder FOLDER NAME
ARTICLE SEED STEPS [LIMIT].

Before each change it prints `to DIGEST`, the state that the coding is about to have,
and `at DIGEST` when that is written. With LIMIT no file may grow beyond so many bytes
(RLIMIT_FSIZE), as on a full disk. A CoderError is printed as `error:` and `hint:` and
ends it with 2, as in the program.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import sys
from pathlib import Path

from msgspec import to_builtins

from coder.cli.output import report_error
from coder.errors import CoderError
from coder.model import Candidate, Coding
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import Comment
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import DeleteEvent, OpenEvent
from coder.service.edits.span_edits import Confirm, Draw, Reject, RemoveSpan
from coder.service.project.opened import open_project

COMMENTS = (
    "يحتاج إلى مراجعة",
    "'; DROP TABLE answer; --",
    "\u202e\u0007",
    "x" * 20_000,
)


def digest(coding: Coding | None) -> str:
    """What tells one state of a coding from another; an empty coding is as good as
    none.
    """
    if coding is None or not (coding.answers or coding.spans or coding.events):
        return "empty"
    return hashlib.sha256(
        json.dumps(to_builtins(coding), sort_keys=True).encode("utf-8")
    ).hexdigest()[:16]


def step(session: CodingSession, chance: random.Random) -> Edit:
    """An edit of the coding, which may change nothing."""
    coding, book = session.coding, session.codebook
    candidate: Candidate = chance.choice(session.candidates)
    event = chance.choice(coding.events).id if coding.events else ""
    match chance.randrange(8):
        case 0 | 1:
            return Confirm([candidate])
        case 2:
            return Reject([candidate], chance.choice(COMMENTS))
        case 3:
            start = chance.randrange(len(session.article.text) - 9)
            return Draw(candidate.kind, start, start + chance.randrange(1, 9))
        case 4 if coding.spans:
            return RemoveSpan(chance.choice(coding.spans).id)
        case 5 if event:
            return DeleteEvent(event)
        case 6 if event:
            field = chance.choice([f for f in book.event_fields if f.type == "text"])
            return Comment(event, field, chance.choice(COMMENTS))
        case _:
            return OpenEvent(
                chance.choice(
                    [c for c in session.candidates if book.is_trigger(c.kind)]
                )
            )


def work(session: CodingSession, chance: random.Random, steps: int) -> None:
    """Change the coding again and again, now and then taking back what was done here."""
    done: list[Coding] = []
    for _ in range(steps):
        if done and chance.random() < 0.2:
            print("to", digest(done[-1]), flush=True)
            session.turn("undo")
            assert digest(session.coding) == digest(done.pop())
        else:
            edit = step(session, chance)
            after = edit.apply(session.coding, session.context)
            if after == session.coding:
                continue
            done.append(session.coding)
            print("to", digest(after), flush=True)
            session.do(edit)
            session.writer.flush()
        print("at", digest(session.coding), flush=True)


def main(
    folder: str, name: str, article: str, seed: str, steps: str, limit: str = ""
) -> int:
    """Open the project and work."""
    try:
        project = open_project(Path(folder), person=name)
        session = CodingSession(project, project.article(article), name)
        print("at", digest(session.coding), flush=True)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        work(session, random.Random(int(seed)), int(steps))
        session.close()
        project.close()
    except CoderError as error:
        report_error(error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
