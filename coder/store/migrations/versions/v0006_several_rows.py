"""On PostgreSQL new rows of one table are written at once.

The function that does so is made when all steps are done.
"""

from __future__ import annotations

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """No table changes."""
