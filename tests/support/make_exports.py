"""Makes the committed sample exports anew: python -m tests.support.make_exports."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from coder.service.sample_project import make_demo

EXPORTS = Path(__file__).parents[2] / "exports"


def main() -> None:
    """Run the demo in a folder of its own and keep what it exported."""
    with tempfile.TemporaryDirectory() as folder:
        project, exported = make_demo(Path(folder) / "project", print)
        for path in exported:
            shutil.copyfile(path, EXPORTS / path.name)
        project.close()


if __name__ == "__main__":
    main()
