"""A place in memory for the files of tests, where nobody waits for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # Linux has one
_ROOM = 2**30  # bytes; the files of all processes of a whole run take half of it


def keep_temporary_files_in_memory() -> None:
    """Make temporary files in memory, unless TMPDIR says where they belong.

    The program syncs each change to the disk, and tests make thousands of projects. A
    server of tests is started from there too, so programs must be allowed to run.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    if os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None  # it is asked for anew
