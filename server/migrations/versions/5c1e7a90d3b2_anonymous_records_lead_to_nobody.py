"""anonymous records lead to nobody

What was stored of anonymous forms before is moved to a table that knows no officer, tablet, day or
order; its entries in the audit trail become counts by day (docs/adr/0030).

Revision ID: 5c1e7a90d3b2
Revises: 07f07cdc51a0
"""

import json
import re
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from random import SystemRandom
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = '5c1e7a90d3b2'
down_revision = '07f07cdc51a0'
branch_labels = None
depends_on = None

CHUNK = 500
TURKISH_TIME = timezone(timedelta(hours=3))
FORM_IN_BODY = re.compile(r'"form_id"\s*:\s*"([^"\\]{1,64})"')
KEPT_OF_ODD = ('instance_id', 'revision', 'form_id', 'form_version', 'encoding', 'body')

FORM_VERSIONS = sa.table('form_versions', *map(sa.column, ('id', 'form_id', 'definition')))
NUMBER, RECORD = sa.column('sequence', sa.BigInteger()), sa.column('instance_id', sa.Uuid(as_uuid=False))
SUBMISSIONS = sa.table(
    'submissions', NUMBER, RECORD, sa.column('flags', sa.JSON()), sa.column('is_current', sa.Boolean()),
    *map(sa.column, ('revision', 'copy_number', 'form_version_id', 'round_id', 'province')),
    *map(sa.column, ('district', 'encoding', 'body')),
)
QUARANTINE = sa.table(
    'quarantine', sa.column('sequence', sa.BigInteger()), sa.column('instance_id', sa.Uuid(as_uuid=False)),
    *map(sa.column, ('revision', 'reason', 'envelope')),
)
AUDIT = sa.table(
    'audit_entries', sa.column('sequence', sa.BigInteger()),
    sa.column('at', sqlmodel.sql.sqltypes.UTCDateTime()), sa.column('details', sa.JSON()),
    *map(sa.column, ('actor_id', 'action', 'object')),
)
COUNTS = sa.table(
    'audit_counts', sa.column('day', sa.Date()), sa.column('action'), sa.column('number')
)


def upgrade() -> None:
    op.create_table('audit_counts',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('action', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'action', name=op.f('pk_audit_counts'))
    )
    records = op.create_table('anonymous_records',
    sa.Column('instance_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('copy_number', sa.SmallInteger(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('form_version_id', sa.Integer(), nullable=True),
    sa.Column('round_id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.Column('province', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=True),
    sa.Column('district', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
    sa.Column('flags', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint(
        'instance_id', 'revision', 'copy_number', name=op.f('pk_anonymous_records')
    ),
    sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    forms = _anonymous_forms(connection)
    if not forms:
        return
    if connection.dialect.name == 'sqlite':
        # What is deleted below must not stay readable in free pages of the file.
        connection.exec_driver_sql('PRAGMA secure_delete=ON')
    moved = _understood(connection, forms)
    moved += _odd(connection, {form_id for form_id, _ in forms.values()}, moved)
    if moved:
        SystemRandom().shuffle(moved)
        for start in range(0, len(moved), CHUNK):
            connection.execute(sa.insert(records), moved[start : start + CHUNK])
        _forget_deeds(connection, moved)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.scalar(sa.text('SELECT count(*) FROM anonymous_records')):
        raise RuntimeError('anonymous records cannot be given back what was forgotten of them')
    op.drop_table('anonymous_records')
    op.drop_table('audit_counts')


def _anonymous_forms(connection: sa.Connection) -> dict[int, tuple[str, frozenset[str]]]:
    """Form id and everything asked of each anonymous version, by its number."""
    forms = {}
    for row in connection.execute(sa.select(FORM_VERSIONS)):
        definition = json.loads(row.definition)
        if definition.get('anonymous'):
            forms[row.id] = row.form_id, frozenset(_names(definition['body']))
    return forms


def _names(nodes: Any) -> Any:
    for node in nodes:
        yield node['name']
        yield from _names(node.get('children', ()))


def _understood(connection: sa.Connection, forms: Any) -> list[dict[str, Any]]:
    of_forms = SUBMISSIONS.c.form_version_id.in_(list(forms))
    moved = [
        {
            'instance_id': row.instance_id,
            'revision': row.revision,
            'copy_number': row.copy_number,
            'is_current': row.is_current,
            'form_version_id': row.form_version_id,
            'round_id': row.round_id,
            'province': row.province,
            'district': row.district,
            'reason': None,
            'flags': [flag for flag in row.flags or () if 'path' in flag] or None,
            'body': _kept(row.body, forms[row.form_version_id][1]),
        }
        for row in connection.execute(sa.select(SUBMISSIONS).where(of_forms))
    ]
    connection.execute(sa.delete(SUBMISSIONS).where(of_forms))
    return moved


def _kept(body: bytes, names: frozenset[str]) -> bytes:
    said = json.loads(zlib.decompress(body))
    reasons = said.get('confirmations') or {}
    return _packed({
        'answers': _asked(said['answers'], names),
        'confirmations': {
            path: reason
            for path, reason in reasons.items()
            if re.split(r'[\[.]', path)[0] in names
        },
    })


def _asked(answers: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {
        name: [_asked(row, names) if isinstance(row, dict) else row for row in answer]
        if isinstance(answer, list)
        else answer
        for name, answer in answers.items()
        if name in names
    }


def _odd(connection: sa.Connection, forms: set[str], taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    copies = Counter((row['instance_id'], row['revision']) for row in taken)
    moved: list[dict[str, Any]] = []
    numbers: list[int] = []
    for row in connection.execute(sa.select(QUARANTINE)):
        envelope = json.loads(zlib.decompress(row.envelope))
        inside = FORM_IN_BODY.search(str(envelope.get('body')))
        if not {envelope.get('form_id'), inside[1] if inside else None} & forms:
            continue
        numbers.append(row.sequence)
        key = row.instance_id, row.revision
        moved.append({
            'instance_id': row.instance_id,
            'revision': row.revision,
            'copy_number': copies[key],
            'is_current': False,
            'form_version_id': None,
            'round_id': None,
            'province': None,
            'district': None,
            'reason': row.reason,
            'flags': None,
            'body': _packed({name: envelope[name] for name in KEPT_OF_ODD if name in envelope}),
        })
        copies[key] += 1
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        connection.execute(sa.delete(QUARANTINE).where(QUARANTINE.c.sequence.in_(some)))
    return moved


def _packed(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    return zlib.compress(text.encode('utf-8', 'replace'), 6)


def _forget_deeds(connection: sa.Connection, moved: list[dict[str, Any]]) -> None:
    """Turn the audit entries of these records into counts by day, and write down that this was done."""
    objects = sorted({f"{row['instance_id']}/{row['revision']}" for row in moved})
    counts: Counter[tuple[Any, str]] = Counter()
    for start in range(0, len(objects), CHUNK):
        of_records = sa.and_(
            AUDIT.c.object.in_(objects[start : start + CHUNK]),
            AUDIT.c.action.like('submission.%'),
        )
        for row in connection.execute(sa.select(AUDIT).where(of_records)):
            day = row.at.astimezone(TURKISH_TIME).date()
            counts[day, row.action.replace('submission.', 'anonymous.', 1)] += 1
        connection.execute(sa.delete(AUDIT).where(of_records))
    for (day, action), number in counts.items():
        connection.execute(sa.insert(COUNTS).values(day=day, action=action, number=number))
    done = {'records': len(moved), 'entries': sum(counts.values())}
    connection.execute(sa.insert(AUDIT).values(
        at=datetime.now(UTC), actor_id=None, action='anonymous.moved', object='anonymous_records',
        details=done,
    ))
