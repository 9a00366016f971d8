"""The database itself refuses to change or delete what must never change.

Ledger lines, consents and stored PDFs take no UPDATE at all; a receipt takes one only on its life, never on
its number or its frozen facts. None of them takes a DELETE."""

from django.db import migrations

FROZEN = {
    "donors_ledgerentry": [],
    "donors_consentrecord": [],
    "donors_receiptdocument": [],
    "donors_receipt": [
        "series_id",
        "number",
        "donor_id",
        "form",
        "amount_cents",
        "issued_at",
        "snapshot",
        "snapshot_sha256",
    ],
}

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION donors_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
FOR EACH ROW EXECUTE FUNCTION donors_append_only()
"""


def _triggers():
    for table, columns in FROZEN.items():
        yield table, "update", f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        yield table, "delete", "DELETE"


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        sql = POSTGRES if vendor == "postgresql" else SQLITE
        for table, verb, event in _triggers():
            cursor.execute(sql.format(table=table, verb=verb, event=event))


def remove(apps, schema_editor):
    on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    with schema_editor.connection.cursor() as cursor:
        for table, verb, _ in _triggers():
            cursor.execute((f"DROP TRIGGER IF EXISTS {{table}}_no_{{verb}}{on}").format(table=table, verb=verb))


class Migration(migrations.Migration):
    dependencies = [("donors", "0001_first_tables")]

    operations = [migrations.RunPython(install, remove)]
