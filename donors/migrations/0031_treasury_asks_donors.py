"""The treasury writes to donors whose receipts lack a name, an address or a number."""

from django.db import migrations

TREASURY = "Trésorerie"
CODENAME = "add_letter"


def grant(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    content_type, _ = ContentType.objects.get_or_create(app_label="donors", model="letter")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=CODENAME, defaults={"name": "Can add lettre"}
    )
    apps.get_model("auth", "Group").objects.get(name=TREASURY).permissions.add(permission)


def take_away(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    group.permissions.remove(*group.permissions.filter(codename=CODENAME))


class Migration(migrations.Migration):
    dependencies = [("donors", "0030_completion_letters")]

    operations = [migrations.RunPython(grant, take_away)]
