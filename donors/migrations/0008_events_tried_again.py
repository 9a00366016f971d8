"""The treasury has failed events of Stripe tried again."""

from django.db import migrations

TREASURY = "Trésorerie"
CODENAME = "change_stripeevent"


def grant(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="donors", model="stripeevent"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=CODENAME, defaults={"name": "Can change événement Stripe"}
    )
    group.permissions.add(permission)


def take_away(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    group.permissions.remove(*group.permissions.filter(codename=CODENAME))


class Migration(migrations.Migration):
    dependencies = [("donors", "0006_refund_permissions")]

    operations = [migrations.RunPython(grant, take_away)]
