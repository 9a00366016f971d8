"""The treasury starts the yearly run, and sees how it goes."""

from django.db import migrations

TREASURY = "Trésorerie"
NAMES = {"view_receiptrun": "Can view émission annuelle", "add_receiptrun": "Can add émission annuelle"}


def grant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    content_type, _ = ContentType.objects.get_or_create(app_label="donors", model="receiptrun")
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    for codename, name in NAMES.items():
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def take_away(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    group.permissions.remove(*group.permissions.filter(codename__in=NAMES))


class Migration(migrations.Migration):
    dependencies = [("donors", "0028_financial_year")]

    operations = [migrations.RunPython(grant, take_away)]
