"""On PostgreSQL a team works through functions; an article can be withdrawn, a person
retired.

Policies only prevented rows from being shown, not from being counted, compared and
measured. Functions and constraints are created, and rights granted again, after all
migrations.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger

from coder.store.migrations.new_table import new_table

revision = "0005"
down_revision = "0004"

_POLICIES = """
DO $$
DECLARE
    policy record;
BEGIN
    FOR policy IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP POLICY %I ON %I', policy.policyname, policy.tablename);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', policy.tablename);
    END LOOP;
END $$
"""


def upgrade() -> None:
    """Add two tables and an index, replace policies by functions, and widen the
    journal's position.
    """
    new_table(
        "withdrawn",
        ["article", "reason"],
        key=["article"],
        parents={"article": "article.id"},
    )
    new_table("retired", ["person"], key=["person"], parents={"person": "person.name"})
    op.create_index("ix_coding_coder", "coding", ["coder"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(_POLICIES)
        for gone in (
            "unclaimed_article(text)",
            "gold_words(text, text)",
            "gold_lessons(text, text, json)",
        ):
            op.execute(f"DROP FUNCTION IF EXISTS {gone}")
        op.alter_column(
            "journal", "position", type_=BigInteger(), existing_nullable=False
        )
