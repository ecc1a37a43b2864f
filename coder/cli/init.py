"""A new project in a folder, with its codebook pinned."""

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.codebook.shipped import codebook
from coder.service.project.opened import create_project


def run(options: Options, out: Output) -> None:
    """Make the project."""
    project = create_project(
        options.folder,
        codebook=codebook(options.codebook),
        database=options.database,
        language=options.language,
    )
    name = project.codebook.ref
    out.document({"folder": str(options.folder), "codebook": name, "database": project.store.name})
    out.say("cli.init.made", folder=options.folder, codebook=name)
    out.note("cli.init.next")
    project.close()
