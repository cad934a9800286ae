"""note the blobs that are to go

Revision ID: 0002
Revises: 0001
"""
from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('doomed_blobs',
    sa.Column('blob', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('blob')
    )


def downgrade() -> None:
    op.drop_table('doomed_blobs')
