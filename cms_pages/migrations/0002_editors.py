"""What the group Communication may do with pages, pictures and documents: everything but delete the root.

Django writes permissions after the last migration; on a fresh database they are not there yet, so each one
that the group needs is written here first."""

from django.db import migrations

COMMUNICATION = "Communication"
PAGES = ["add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"]
LIBRARY = {
    ("wagtailimages", "image"): ["add_image", "change_image", "choose_image"],
    ("wagtaildocs", "document"): ["add_document", "change_document", "choose_document"],
}


def permission(apps, app_label, model, codename):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": f"Can {codename.replace('_', ' ')}"},
    )
    return found


def grant(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=COMMUNICATION)
    group.permissions.add(permission(apps, "wagtailadmin", "admin", "access_admin"))
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    for codename in PAGES:
        apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
            group=group, page=root, permission=permission(apps, "wagtailcore", "page", codename)
        )
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for (app_label, model), codenames in LIBRARY.items():
        for codename in codenames:
            apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
                group=group,
                collection=collection,
                permission=permission(apps, app_label, model, codename),
            )


def take_back(apps, schema_editor):
    """The group stays: donors/migrations/0003_groups.py owns it."""
    for name in ("GroupPagePermission", "GroupCollectionPermission"):
        apps.get_model("wagtailcore", name).objects.filter(group__name=COMMUNICATION).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms_pages", "0001_first_pages"),
        ("donors", "0003_groups"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(grant, take_back)]
