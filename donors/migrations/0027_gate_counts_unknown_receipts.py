"""Whoever asks for receipts that are not there is counted, to be slowed down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donors", "0026_seal_alarm")]

    operations = [
        migrations.RemoveConstraint(model_name="gateevent", name="gate_kind_known"),
        migrations.AlterField(
            model_name="gateevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "Page de paiement ouverte"),
                    ("declined", "Paiement refusé par la banque"),
                    ("refused", "Demande écartée"),
                    ("missed", "Reçu inconnu demandé"),
                ],
                max_length=10,
                verbose_name="nature",
            ),
        ),
        migrations.AddConstraint(
            model_name="gateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["opened", "declined", "refused", "missed"])),
                name="gate_kind_known",
            ),
        ),
    ]
