"""The treasury issues a receipt by hand."""

from django.db import migrations

TREASURY = "Trésorerie"
CODENAME = "add_receipt"


def grant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    content_type, _ = ContentType.objects.get_or_create(app_label="donors", model="receipt")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=CODENAME, defaults={"name": "Can add reçu fiscal"}
    )
    apps.get_model("auth", "Group").objects.get(name=TREASURY).permissions.add(permission)


def take_away(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    group.permissions.remove(*group.permissions.filter(codename=CODENAME))


class Migration(migrations.Migration):
    dependencies = [("donors", "0012_card_testing_defence")]

    operations = [migrations.RunPython(grant, take_away)]
