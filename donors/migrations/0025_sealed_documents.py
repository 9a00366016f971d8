"""The hash of a PDF before its seal, and the certificate that sealed it.

The trigger that keeps a stored PDF as it was made steps aside meanwhile: what is stored has no seal yet."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import F

append_only = import_module("donors.migrations.0002_append_only")
every_kind = import_module("donors.migrations.0015_receipts_of_every_kind")


def fill_in(apps, schema_editor):
    documents = apps.get_model("donors", "ReceiptDocument").objects.using(schema_editor.connection.alias)
    documents.update(unsealed_sha256=F("sha256"))


class Migration(migrations.Migration):
    dependencies = [("donors", "0024_treasury_changes_receipts")]

    operations = [
        migrations.RunPython(append_only.remove, every_kind.install),
        migrations.AddField(
            model_name="receiptdocument",
            name="unsealed_sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="receiptdocument",
            name="sealed_with",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="receiptdocument",
            index=models.Index(fields=["sha256"], name="receipt_document_hash"),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RunPython(every_kind.install, append_only.remove),
    ]
