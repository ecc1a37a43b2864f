"""Who codes what: balanced, and the same for the same seed.

example: coder assign --coders amal,basim --per-article 2 --stage calibration --seed 7
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from coder.cli.exit import Exit
from coder.cli.output import Output
from coder.service.project.opened import open_project
from coder.service.team.assignment import STAGES, assign
from coder.text.counts import counted


def prepare(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--coders", required=True, metavar="A,B", help="names, separated by commas")
    parser.add_argument("--per-article", type=int, default=2, metavar="N", help="coders of each article")
    parser.add_argument("--stage", choices=STAGES, default="production")
    parser.add_argument(
        "--blind-sample", type=float, default=0.0, metavar="SHARE",
        help="of this share of the articles one coder sees no candidates; see `coder status`",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N")


def run(options: Namespace, out: Output) -> Exit:
    """Assign."""
    project = open_project(options.project)
    coders = [name.strip() for name in options.coders.split(",") if name.strip()]
    made = assign(project, coders, options.per_article, options.stage, options.seed, options.blind_sample)
    out.document({"assignments": made})
    out.line(f"{counted(made, 'assignment')} made")
    project.close()
    return Exit.DONE
