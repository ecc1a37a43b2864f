"""On PostgreSQL the tables with people's work lose their statistics, and answers have
one more limit.

Statistics are removed, and constraints created, after all migrations. Tables stay as
they are.
"""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Change nothing: an older database is opened by its owner, and gets what comes
    after migrations.
    """
