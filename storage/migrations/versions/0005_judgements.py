"""scores by photograph, what they come to, and where a run's model is from

Revision ID: 0005
Revises: 0004
"""
from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('runs', sa.Column('origin', sa.String(length=16), nullable=False, server_default='trained'))
    op.create_table(
        'scores',
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('item_id', sa.Integer(), nullable=False),
        sa.Column('truth', sa.String(length=80), nullable=False),
        sa.Column('weights', sa.String(length=80), nullable=False),
        sa.Column('tp', sa.BigInteger(), nullable=False),
        sa.Column('fp', sa.BigInteger(), nullable=False),
        sa.Column('fn', sa.BigInteger(), nullable=False),
        sa.Column('tn', sa.BigInteger(), nullable=False),
        sa.Column('boundary_iou', sa.Float(), nullable=False),
        sa.Column('pairs', sa.JSON(), nullable=False),
        sa.Column('predicted', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['item_id'], ['items.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'item_id'),
    )
    op.create_index('ix_scores_item_id', 'scores', ['item_id'])
    op.create_table(
        'judgements',
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('weights', sa.String(length=80), nullable=False),
        sa.Column('summary', sa.JSON(), nullable=False),
        sa.Column('against', sa.JSON(), nullable=True),
        sa.Column('verdict', sa.JSON(), nullable=True),
        sa.Column('judged_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id'),
    )


def downgrade() -> None:
    op.drop_table('judgements')
    op.drop_table('scores')
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.drop_column('origin')
