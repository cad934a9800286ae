"""indexes for a hundred thousand photographs: both filters at once, and names

Revision ID: 0007
Revises: 0006
"""
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.create_index('ix_items_status_split_id', ['status', 'split', 'id'], unique=False)
        batch_op.create_index('ix_items_name_status_split', ['name', 'status', 'split'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.drop_index('ix_items_name_status_split')
        batch_op.drop_index('ix_items_status_split_id')
