"""One SQLite file (or memory), one row per Stripe object; a killed process loses nothing it answered."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stripe_sandbox.schema.objects import Obj

TABLES = """
create table if not exists objects (
    seq integer primary key autoincrement, id text not null unique, type text not null,
    created integer not null, body text not null
);
create index if not exists objects_by_age on objects (type, created desc, seq desc);
create index if not exists objects_by_intent on objects (type, json_extract(body, '$.payment_intent'));
create index if not exists events_by_type on objects (json_extract(body, '$.type'), created desc, seq desc)
    where type = 'event';
create index if not exists lines_by_source on objects (json_extract(body, '$.source'), created desc, seq desc)
    where type = 'balance_transaction';
create table if not exists facts (name text primary key, value text not null);
create table if not exists answers (
    key text primary key, created integer not null, endpoint text not null, fingerprint text not null,
    status integer not null, body blob not null, request_id text not null
);
create table if not exists due (
    seq integer primary key autoincrement, at integer not null, job text not null, target text not null
);
create index if not exists due_by_time on due (at, seq);
create table if not exists payout_lines (txn text primary key, payout text not null);
create index if not exists payout_lines_by_payout on payout_lines (payout);
create table if not exists deliveries (
    seq integer primary key autoincrement, event text not null, endpoint text not null, type text not null,
    state text not null, copies integer not null, attempts integer not null default 0, due_at real not null,
    last_status integer, last_error text not null default ''
);
create index if not exists deliveries_by_event on deliveries (event);
create index if not exists deliveries_missed on deliveries (event) where state <> 'delivered';
create index if not exists deliveries_open on deliveries (state, due_at);
"""
NEWEST_FIRST = "created desc, seq desc"
OLDEST_FIRST = "created, seq"


class Store:
    """Rows in, rows out. The caller holds the lock; `transaction` makes a call all or nothing."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(statement, values).fetchall()

    def put(self, obj: Obj) -> None:
        """Insert or replace one object; its place in lists stays the first one."""
        self.run(
            "insert into objects (id, type, created, body) values (?, ?, ?, ?)"
            " on conflict (id) do update set body = excluded.body",
            obj["id"],
            obj["object"],
            obj.get("created", 0),
            json.dumps(obj),
        )

    def get(self, object_id: str) -> Obj | None:
        row = self.run("select body from objects where id = ?", object_id).fetchone()
        return None if row is None else json.loads(row["body"])

    def find(
        self, kind: str, where: str = "1", *values: Any, limit: int = -1, order: str = NEWEST_FIRST
    ) -> list[Obj]:
        """Objects of one kind; `where` and `order` are SQL of ours, never of a caller."""
        rows = self.rows(
            f"select body from objects where type = ? and {where} order by {order} limit ?",  # noqa: S608
            kind,
            *values,
            limit,
        )
        return [json.loads(row["body"]) for row in rows]

    def fact(self, name: str, default: Any = None) -> Any:
        row = self.run("select value from facts where name = ?", name).fetchone()
        return default if row is None else json.loads(row["value"])

    def set_fact(self, name: str, value: Any) -> None:
        self.run("insert or replace into facts (name, value) values (?, ?)", name, json.dumps(value))

    def wipe(self) -> None:
        for table in ("objects", "facts", "answers", "due", "deliveries", "payout_lines"):
            self.run(f"delete from {table}")  # noqa: S608 - the names above

    def close(self) -> None:
        self._db.close()
