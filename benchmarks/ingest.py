"""Ingest of citizen interviews, over HTTP, validated, signed, audited and durable on PostgreSQL.

The load generator, the server and the database share the machine. Run on a quiet one:
``.venv/bin/python -m benchmarks.ingest``.
"""

import argparse
import os
from collections.abc import Iterator

from sqlalchemy import Connection, NullPool, create_engine, text

from benchmarks.instance import Instance, running_instance
from benchmarks.load import Run, hammer
from benchmarks.records import FieldOffice
from server.store.database import Database

CONNECTIONS = 8
BATCH = 50

# Grown from real records: the bodies are those sent before, every index sees fresh numbers.
GROW = """
INSERT INTO submissions (received_at, started_at, finished_at, instance_id, revision,
    form_version_id, visit_id, officer_id, copy_number, is_current, province, district, round_id,
    device_id, encoding, digest, flags, attachments, body)
SELECT received_at, started_at, finished_at, gen_random_uuid(), revision, form_version_id,
    visit_id, officer_id, copy_number, is_current, province, district, round_id, device_id,
    encoding, digest, flags, attachments, body
FROM submissions CROSS JOIN generate_series(1, :times) LIMIT :wanted
"""
GROW_AUDIT = """
INSERT INTO audit_entries (at, actor_id, action, object, details)
SELECT received_at, officer_id, 'submission.accepted', instance_id || '/1',
    json_build_object('digest', 'sha256:' || encode(digest, 'hex'))
FROM submissions WHERE sequence > :before
"""
SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relname IN ('submissions', 'audit_entries')
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000, help="single posts per row")
    parser.add_argument("--batches", type=int, default=200, help="batches of 50")
    parser.add_argument("--stored", type=int, default=500_000, help="repeat with so many records")
    options = parser.parse_args()
    with running_instance() as instance:
        idle = instance.memory()
        print(
            f"idle memory (PSS): {idle['server']:.0f} MB server, {idle['database']:.0f} MB database"
        )
        database = Database(instance.url)
        office = FieldOffice(database)
        database.close()
        hammer(instance.port, office.singles(1000), connections=CONNECTIONS)
        _print_head()
        empty = _measure("single posts", instance, office.singles(options.posts), 1)
        batches = office.batches(options.batches, BATCH)
        _measure(f"batches of {BATCH}", instance, batches, BATCH)
        _print_sizes(instance)
        if options.stored:
            _grow(instance, options.stored)
            full = _measure("single posts", instance, office.singles(options.posts), 1)
            print(f"rate with {options.stored} stored / rate before: {full.rate / empty.rate:.2f}")
            _print_sizes(instance)


def _measure(name: str, instance: Instance, requests: Iterator[bytes], size: int) -> Run:
    before, stored_before = instance.cpu_seconds(), _stored(instance)
    own = os.times()
    run = hammer(instance.port, requests, connections=CONNECTIONS)
    after, own_after = instance.cpu_seconds(), os.times()
    records = len(run.latencies) * size
    # A figure counts only if every record was accepted and is really there.
    assert not run.refused, run.refused[0]
    assert run.statuses[b"accepted"] == records == _stored(instance) - stored_before, run.statuses
    cpu = {key: (after[key] - before[key]) / records * 1000 for key in after}
    load = (own_after.user + own_after.system - own.user - own.system) / records * 1000
    print(
        f"{name:<16}{stored_before:>9}{run.rate * size:>11.0f}"
        f"{run.percentile(0.5):>8.1f}{run.percentile(0.95):>8.1f}{run.percentile(0.99):>8.1f}"
        f"{cpu['server']:>9.3f}{cpu['database']:>10.3f}{sum(cpu.values()):>8.3f}{load:>8.3f}"
    )
    return run


def _print_head() -> None:
    print(
        f"{'':<16}{'stored':>9}{'records/s':>11}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}"
        f"{'server':>9}{'database':>10}{'both':>8}{'load':>8}   CPU ms per record"
    )


def _print_sizes(instance: Instance) -> None:
    with _connection(instance) as connection:
        connection.execute(text("VACUUM submissions, audit_entries"))
        sizes = dict(map(tuple, connection.execute(text(SIZES))))
    stored = _stored(instance)
    told = ", ".join(f"{name} {size / stored / 1000:.2f}" for name, size in sorted(sizes.items()))
    print(f"database per record: {sum(sizes.values()) / stored / 1000:.2f} KB ({told})")


def _grow(instance: Instance, wanted: int) -> None:
    with _connection(instance) as connection:
        before = connection.scalar(text("SELECT max(sequence) FROM submissions"))
        missing = wanted - _stored(instance)
        times = missing // _stored(instance) + 1
        connection.execute(text(GROW), {"times": times, "wanted": missing})
        connection.execute(text(GROW_AUDIT), {"before": before})
        connection.execute(text("VACUUM ANALYZE submissions, audit_entries"))
        connection.execute(text("CHECKPOINT"))


def _stored(instance: Instance) -> int:
    with _connection(instance) as connection:
        return connection.scalar(text("SELECT count(*) FROM submissions")) or 0


def _connection(instance: Instance) -> Connection:
    return create_engine(instance.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


if __name__ == "__main__":
    main()
