"""On PostgreSQL a remark may be a question, and trainees read the gold of what they
submitted in training.

Functions and constraints are created, and rights granted again, after all migrations:
this one does nothing itself, but keeps out older programs, which do not know questions.
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change no tables."""
