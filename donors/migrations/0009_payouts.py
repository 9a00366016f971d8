"""Payouts line by line; fees without a gift; what the treasury may see of them.

SQLite makes a table anew when a constraint changes, and its triggers go with the old one: those that keep the
ledger append-only step aside meanwhile."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


append_only = import_module("donors.migrations.0002_append_only")

TREASURY = "Trésorerie"
GRANTS = {
    ("payout", "view_payout"): "Can view virement",
    ("payout", "export_payout"): "Peut exporter les virements",
    ("payoutline", "view_payoutline"): "Can view ligne de virement",
}


def grant(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=TREASURY)
    for (model, codename), name in GRANTS.items():
        content_type, _ = ContentType.objects.get_or_create(app_label="donors", model=model)
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def revoke(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    for group in apps.get_model("auth", "Group").objects.filter(name=TREASURY):
        group.permissions.remove(*Permission.objects.filter(codename__in=[name for _, name in GRANTS]))


class Migration(migrations.Migration):
    dependencies = [
        ("donors", "0008_events_tried_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(append_only.remove, append_only.install),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stripe_payout_id",
                    models.CharField(max_length=255, unique=True, verbose_name="virement Stripe"),
                ),
                ("amount_cents", models.IntegerField(verbose_name="montant (centimes)")),
                ("livemode", models.BooleanField(verbose_name="argent réel")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "En route"),
                            ("reconciled", "Rapproché"),
                            ("open", "À vérifier"),
                            ("failed", "Revenu"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("stripe_status", models.CharField(max_length=30, verbose_name="état chez Stripe")),
                ("automatic", models.BooleanField(default=True, verbose_name="automatique")),
                ("complete", models.BooleanField(default=False, verbose_name="lignes complètes")),
                ("difference_cents", models.IntegerField(default=0, verbose_name="différence (centimes)")),
                ("created_at", models.DateTimeField(verbose_name="émis le")),
                ("arrives_on", models.DateField(verbose_name="à la banque le")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="cause du retour")),
                ("reconciled_at", models.DateTimeField(blank=True, null=True, verbose_name="rapproché le")),
                ("synced_at", models.DateTimeField(verbose_name="comparé avec Stripe le")),
            ],
            options={
                "verbose_name": "virement",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "transaction_id",
                    models.CharField(max_length=255, unique=True, verbose_name="opération Stripe"),
                ),
                ("type", models.CharField(max_length=60, verbose_name="type")),
                ("reporting_category", models.CharField(max_length=60, verbose_name="catégorie")),
                ("amount_cents", models.IntegerField(verbose_name="brut (centimes)")),
                ("fee_cents", models.IntegerField(verbose_name="frais (centimes)")),
                ("net_cents", models.IntegerField(verbose_name="net (centimes)")),
                ("source_id", models.CharField(blank=True, max_length=255, verbose_name="objet Stripe")),
                ("created_at", models.DateTimeField(verbose_name="date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("matched", "Rapprochée"),
                            ("unmatched", "Inconnue"),
                            ("foreign", "Étrangère au site"),
                        ],
                        default="unmatched",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="explication")),
            ],
            options={
                "verbose_name": "ligne de virement",
                "verbose_name_plural": "lignes de virement",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SweepCursor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, unique=True)),
                ("reached_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "repère de relecture",
                "verbose_name_plural": "repères de relecture",
            },
        ),
        migrations.RemoveConstraint(
            model_name="alarm",
            name="alarm_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="ledger_sign",
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="ledger_of_a_donation",
        ),
        migrations.AddField(
            model_name="stripeevent",
            name="missed",
            field=models.BooleanField(default=False, verbose_name="manqué"),
        ),
        migrations.AlterField(
            model_name="alarm",
            name="kind",
            field=models.CharField(
                choices=[
                    ("mismatch", "Stripe annonce autre chose que notre don"),
                    ("paid_twice", "Don peut-être payé deux fois"),
                    ("late_gift", "Don reçu après la fin de la campagne"),
                    ("late_failure", "Paiement repris après avoir été confirmé"),
                    ("dispute", "Contestation"),
                    ("fraud_warning", "Fraude probable signalée"),
                    ("refund_failed", "Remboursement non abouti"),
                    ("monthly", "Don mensuel à vérifier"),
                    ("payout", "Virement de Stripe à vérifier"),
                    ("drift", "Écart entre Stripe et les écritures"),
                    ("silence", "Stripe n’envoie plus rien"),
                    ("late_letter", "Lettre retenue, le changement est ancien"),
                    ("attack", "Essais de cartes volées"),
                ],
                max_length=15,
                verbose_name="nature",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "mismatch",
                            "paid_twice",
                            "late_gift",
                            "late_failure",
                            "dispute",
                            "fraud_warning",
                            "refund_failed",
                            "monthly",
                            "payout",
                            "drift",
                            "silence",
                            "late_letter",
                            "attack",
                        ],
                    )
                ),
                name="alarm_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses__isnull", False),
                    models.Q(("amount_cents__gt", 0), ("kind", "gift")),
                    ("donation__isnull", True),
                    models.Q(models.Q(("kind", "gift"), _negated=True), ("amount_cents__lt", 0)),
                    _connector="OR",
                ),
                name="ledger_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["payout", "fee"]), ("donation__isnull", False), _connector="OR"
                ),
                name="ledger_of_a_donation",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "reconciled", "open", "failed"])),
                name="payout_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "reconciled"), _negated=True),
                    models.Q(("difference_cents", 0), ("reconciled_at__isnull", False)),
                    _connector="OR",
                ),
                name="payout_reconciled_sums_to_zero",
            ),
        ),
        migrations.AddField(
            model_name="payoutline",
            name="donation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payout_lines",
                to="donors.donation",
            ),
        ),
        migrations.AddField(
            model_name="payoutline",
            name="ledger_entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="donors.ledgerentry",
            ),
        ),
        migrations.AddField(
            model_name="payoutline",
            name="payout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="donors.payout"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["matched", "unmatched", "foreign"])),
                name="payout_line_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "net_cents",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_cents"), "-", models.F("fee_cents")
                        ),
                    )
                ),
                name="payout_line_adds_up",
            ),
        ),
        migrations.RunPython(append_only.install, append_only.remove),
        migrations.RunPython(grant, revoke),
    ]
