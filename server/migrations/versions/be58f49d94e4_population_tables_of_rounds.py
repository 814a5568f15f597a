"""population tables of rounds

Revision ID: be58f49d94e4
Revises: 43f7e494155d
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = 'be58f49d94e4'
down_revision = '43f7e494155d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('round_margins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('set_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('version', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('cells', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_round_margins_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_margins'))
    )
    with op.batch_alter_table('round_margins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_margins_round_id'), ['round_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('round_margins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_margins_round_id'))

    op.drop_table('round_margins')
