"""Gifts that are no money, companies' legal form, and receipts of every kind with a code for checking.

The triggers that keep a receipt as it was issued step aside meanwhile, and come back wider."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

append_only = import_module("donors.migrations.0002_append_only")

TABLE = "donors_receipt"
FROZEN = [*append_only.FROZEN[TABLE], "kind", "form_version", "code"]


def install(apps, schema_editor):
    append_only.install(apps, schema_editor)
    on_table = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    sql = append_only.POSTGRES if on_table else append_only.SQLITE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {TABLE}_no_update{on_table}")
        cursor.execute(sql.format(table=TABLE, verb="update", event=f"UPDATE OF {', '.join(FROZEN)}"))


class Migration(migrations.Migration):
    dependencies = [
        ("donors", "0014_treasury_reconciles_payouts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(append_only.remove, append_only.install),
        migrations.RemoveConstraint(
            model_name="donation",
            name="donation_method_known",
        ),
        migrations.AddField(
            model_name="donation",
            name="description",
            field=models.CharField(blank=True, max_length=1000, verbose_name="description"),
        ),
        migrations.AddField(
            model_name="donation",
            name="nature",
            field=models.CharField(
                choices=[
                    ("money", "Numéraire"),
                    ("in_kind", "Don en nature"),
                    ("waived_expenses", "Frais de bénévole abandonnés"),
                    ("waived_income", "Abandon de revenus ou de produits"),
                    ("shares", "Titres de sociétés cotés"),
                ],
                default="money",
                max_length=20,
                verbose_name="nature du don",
            ),
        ),
        migrations.AddField(
            model_name="donor",
            name="legal_form",
            field=models.CharField(blank=True, max_length=60, verbose_name="forme juridique"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="code",
            field=models.CharField(default="", max_length=12, verbose_name="code de vérification"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="receipt",
            name="form_version",
            field=models.CharField(default="11580*05", max_length=20, verbose_name="version du modèle"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="receipt",
            name="kind",
            field=models.CharField(
                choices=[("gift", "Pour un don"), ("yearly", "Annuel"), ("supplementary", "Complémentaire")],
                default="gift",
                max_length=15,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="donation",
            name="method",
            field=models.CharField(
                choices=[
                    ("card", "Carte bancaire"),
                    ("sepa", "Prélèvement SEPA"),
                    ("transfer", "Virement"),
                    ("cheque", "Chèque"),
                    ("cash", "Espèces"),
                    ("none", "Sans paiement"),
                ],
                default="card",
                max_length=10,
                verbose_name="moyen de paiement",
            ),
        ),
        migrations.AddConstraint(
            model_name="donation",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["card", "sepa", "transfer", "cheque", "cash", "none"])),
                name="donation_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="donation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nature__in", ["money", "in_kind", "waived_expenses", "waived_income", "shares"])
                ),
                name="donation_nature_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="donation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("nature", "money"), models.Q(("method", "none"), _negated=True)),
                    models.Q(models.Q(("nature", "money"), _negated=True), ("method", "none")),
                    _connector="OR",
                ),
                name="donation_of_money_has_a_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="donation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("nature", "money"), models.Q(("description", ""), _negated=True), _connector="OR"
                ),
                name="donation_in_kind_described",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["gift", "yearly", "supplementary"])),
                name="receipt_kind_known",
            ),
        ),
        migrations.RunPython(install, append_only.remove),
    ]
