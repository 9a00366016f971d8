"""The two groups of the office and what each may do.

Django writes permissions after the last migration; on a fresh database they are not there yet, so each one
that a group needs is written here first."""

from django.db import migrations

TREASURY = "Trésorerie"
COMMUNICATION = "Communication"

READ_BY_TREASURY = [
    "campaign",
    "giftpreset",
    "goal",
    "donor",
    "consentrecord",
    "donation",
    "donationevent",
    "ledgerentry",
    "supportmessage",
    "checkoutattempt",
    "stripeevent",
    "receipt",
    "receiptdocument",
    "receiptline",
    "receiptseries",
    "letter",
    "organisation",
]

GRANTS = {
    TREASURY: [
        *(("donors", name, f"view_{name}") for name in READ_BY_TREASURY),
        ("donors", "donation", "export_donation"),
        ("donors", "receipt", "export_receipt"),
        ("donors", "organisation", "change_organisation"),
        ("wagtailadmin", "admin", "access_admin"),
    ],
    COMMUNICATION: [
        ("donors", "campaign", "view_campaign"),
        ("donors", "campaign", "change_campaign"),
        *(
            ("donors", name, f"{verb}_{name}")
            for name in ("giftpreset", "goal")
            for verb in ("view", "add", "change", "delete")
        ),
        ("wagtailadmin", "admin", "access_admin"),
    ],
}

# Names as Django and Wagtail would give them; permissions that exist keep theirs.
NAMES = {
    "access_admin": "Can access Wagtail admin",
    "export_donation": "Peut exporter les dons",
    "export_receipt": "Peut exporter les reçus fiscaux",
}


def create(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    for group_name, grants in GRANTS.items():
        group, _ = Group.objects.get_or_create(name=group_name)
        for app_label, model, codename in grants:
            content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=codename,
                defaults={"name": NAMES.get(codename, f"Can {codename.replace('_', ' ')}")},
            )
            group.permissions.add(permission)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GRANTS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("donors", "0002_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(create, remove)]
