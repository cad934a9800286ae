"""remember how a photograph looks, its original colour mode, and whether a person pinned its split

Revision ID: 0004
Revises: 0003
"""
from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('items', sa.Column('fingerprint', sa.String(length=16), nullable=False, server_default=sa.text("''")))
    op.add_column('items', sa.Column('mode', sa.String(length=16), nullable=False, server_default=sa.text("''")))
    op.add_column('items', sa.Column('pinned', sa.Boolean(), nullable=False, server_default=sa.false()))
    # Where nothing else was known of a photograph, its look named its group.
    op.execute("UPDATE items SET fingerprint = substr(capture_group, 6) WHERE capture_group LIKE 'look:%'"
               " AND length(capture_group) = 21")


def downgrade() -> None:
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.drop_column('pinned')
        batch_op.drop_column('mode')
        batch_op.drop_column('fingerprint')
