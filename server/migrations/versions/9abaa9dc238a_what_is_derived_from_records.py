"""what is derived from records

Revision ID: 9abaa9dc238a
Revises: 21e5a5d3c68c
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = '9abaa9dc238a'
down_revision = '21e5a5d3c68c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('derivations',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_derivations'))
    )
    op.create_table('owed_derivations',
    sa.Column('derivation', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('derivation', 'sequence', name=op.f('pk_owed_derivations'))
    )
    op.create_table('topic_reports',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_topic_reports'))
    )


def downgrade() -> None:
    op.drop_table('topic_reports')
    op.drop_table('owed_derivations')
    op.drop_table('derivations')
