"""What the column said held on every day: it becomes one row, from the first day of the tax tables."""

from datetime import date

from django.db import migrations

FIRST_DAY = date(2012, 1, 1)
NOTE = "Repris de la fiche de l’organisme, avant que les régimes n’aient une date. Motif noté : "


def write_rows(apps, schema_editor):
    Organisation = apps.get_model("donors", "Organisation")
    OrganisationRegime = apps.get_model("donors", "OrganisationRegime")
    for organisation in Organisation.objects.all():
        OrganisationRegime.objects.get_or_create(
            organisation=organisation,
            starts_on=FIRST_DAY,
            defaults={
                "regime": organisation.regime,
                "basis": "analysis",
                "note": f"{NOTE}{organisation.receipts_reason or 'aucun'}"[:500],
            },
        )


def write_column(apps, schema_editor):
    """The column knows one regime: the latest. The rows stay until their table goes."""
    for organisation in apps.get_model("donors", "Organisation").objects.all():
        latest = organisation.regimes.order_by("-starts_on").first()
        if latest is not None:
            organisation.regime = latest.regime
            organisation.save(update_fields=["regime"])


class Migration(migrations.Migration):
    dependencies = [("donors", "0019_organisation_regimes")]

    operations = [migrations.RunPython(write_rows, write_column)]
