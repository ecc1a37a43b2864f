"""A gold value tells how it came about and who applied it; imported gold tells its
file.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from coder.store.migrations.new_table import WORD

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add three columns, which are empty for what is there."""
    for table, name in (
        ("coding", "source"),
        ("answer", "how"),
        ("answer", "applied_by"),
    ):
        op.add_column(table, Column(name, WORD, nullable=False, server_default=""))
