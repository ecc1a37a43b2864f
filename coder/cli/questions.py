"""Lists and answers questions about the codebook."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.messages.catalogue import Message


def run_questions(options: Options, out: Output) -> None:
    """List the questions in the requested format, or answer some."""
    from coder.service.review.codebook_questions import (
        answer_questions,
        markdown,
        questions,
    )

    project = options.project
    if options.what == "answer":
        if not (options.names and options.text and options.person):
            raise CoderError("cli.questions.answer")
        text = options.text
        answered = answer_questions(project, options.person, options.names, text)
        documents = [each.document() for each in answered]
        out.document([{**each, "answer": {"text": text}} for each in documents])
        count = Message("counts.questions", n=len(answered))
        out.say("cli.questions.answered", count=count)
        return
    if options.names:
        raise CoderError("cli.questions.only_answer")
    listed = list(questions(project, options.person))
    if options.open:
        listed = [each for each in listed if not each.answer]
    out.document([each.document() for each in listed])
    if options.markdown:
        text = markdown(listed, project.codebook, project.config.language)
        for line in text.splitlines():
            out.stored_line(line)
    elif listed:
        rows = []
        for each in listed:
            answer = " ".join(each.answer.text.split()) if each.answer else "…"
            question = " ".join(each.asked.text.split())
            example = " · ".join(each.example)
            rows.append((each.id, each.about or "—", example, question, answer))
        out.table("cli.questions.head", rows)
    else:
        out.say("cli.questions.none_open" if options.open else "cli.questions.none")
