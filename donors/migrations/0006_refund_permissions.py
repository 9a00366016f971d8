"""The treasury sees refunds, disputes, monthly gifts and alarms, refunds a gift and settles an alarm."""

from django.db import migrations

TREASURY = "Trésorerie"
GRANTS = [
    ("refund", "view_refund"),
    ("refund", "add_refund"),
    ("dispute", "view_dispute"),
    ("monthlygift", "view_monthlygift"),
    ("monthlygift", "change_monthlygift"),
    ("monthlygiftevent", "view_monthlygiftevent"),
    ("alarm", "view_alarm"),
    ("alarm", "change_alarm"),
]


def grant(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    for model, codename in GRANTS:
        content_type, _ = ContentType.objects.get_or_create(app_label="donors", model=model)
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )
        group.permissions.add(permission)


def take_away(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=TREASURY)
    codenames = [codename for _, codename in GRANTS]
    group.permissions.remove(*group.permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("donors", "0005_returns_and_monthly_gifts")]

    operations = [migrations.RunPython(grant, take_away)]
