"""Datasets out; without --out to stdout."""

from functools import partial
from io import BytesIO

from coder.cli.commands import Options
from coder.cli.output import Output
from coder.errors import CoderError
from coder.exporters.registry import FORMATS
from coder.messages.catalogue import Message
from coder.service.delivery.datasets import deliver


def run(options: Options, out: Output) -> None:
    """List the formats or write a dataset."""
    if options.list:
        out.document([{"name": f.name, "holds": f.holds, "leaves_out": f.leaves_out} for f in FORMATS])
        nothing = Message("cli.export.nothing")
        rows = [(f.name, ", ".join(f.holds), f.leaves_out or nothing) for f in FORMATS]
        out.table("cli.export.head", rows)
        return
    if options.format is None:
        raise CoderError("cli.export.format")
    write = partial(deliver, options.project, options.format, options.what, withdrawn=options.withdrawn)
    if options.out is not None:
        left_out = write(options.out, force=options.force)
        out.document({"path": str(options.out), "leaves_out": left_out})
        out.line(str(options.out))
    elif options.json:
        data = BytesIO()
        left_out = write(data)
        out.document({"leaves_out": left_out, "text": data.getvalue().decode("utf-8")})
    else:
        with out.data() as stream:
            left_out = write(stream)
    if left_out:
        out.note("cli.export.left_out", format=options.format, what=left_out)
