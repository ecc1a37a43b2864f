"""On PostgreSQL a remark may be a question, and trainees read the gold of what they submitted in training.

The functions and constraints are made, and rights given anew, when all steps are done: this one has nothing
else to do, and keeps older programs, which know no questions, out.
"""

from __future__ import annotations

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Nothing that was there changes."""
