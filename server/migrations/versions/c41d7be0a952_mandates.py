"""mandates: roles with a scope and a time, in place of one role for good

Revision ID: c41d7be0a952
Revises: 9abaa9dc238a
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = 'c41d7be0a952'
down_revision = '9abaa9dc238a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mandates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('places', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('acting_for', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('given_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('given_by', sa.Integer(), nullable=True),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_mandates_user_id_users')),
    sa.ForeignKeyConstraint(['acting_for'], ['users.id'], name=op.f('fk_mandates_acting_for_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandates'))
    )
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandates_user_id'), ['user_id'], unique=False)

    # Whoever had a role keeps it, from the day the account was made, for the whole country.
    users = sa.table('users', *(sa.column(name) for name in ('id', 'role')),
                     sa.column('created_at', sqlmodel.sql.sqltypes.UTCDateTime()))
    mandates = sa.table('mandates', *(sa.column(name) for name in ('user_id', 'role', 'reason')),
                        sa.column('starts_on', sa.Date()),
                        sa.column('given_at', sqlmodel.sql.sqltypes.UTCDateTime()))
    rows = [
        {'user_id': row.id, 'role': row.role, 'starts_on': row.created_at.date(),
         'given_at': row.created_at, 'reason': ''}
        for row in op.get_bind().execute(sa.select(users).order_by(users.c.id))
    ]
    if rows:
        op.bulk_insert(mandates, rows)

    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('role')

    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mandate_id', sa.Integer(), nullable=True))

    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stands_in_for', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_column('stands_in_for')

    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.drop_column('mandate_id')

    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False, server_default='officer'))

    op.execute("UPDATE users SET role = coalesce((SELECT role FROM mandates WHERE mandates.user_id = users.id AND role IN ('officer', 'analyst', 'admin') ORDER BY id LIMIT 1), 'officer')")

    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandates_user_id'))

    op.drop_table('mandates')
