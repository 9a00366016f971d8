"""A fresh database starts with our home page in place of Wagtail's welcome, and with our groups alone.

The welcome page becomes the home page, on the same row: whatever points at it goes on pointing. On a site whose
pages somebody has begun to write, nothing is touched."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations

WELCOME = "Welcome to your new Wagtail site!"
DEFAULT_GROUPS = ["Editors", "Moderators"]


def begin(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    HomePage = apps.get_model("cms_pages", "HomePage")
    ContentType = apps.get_model("contenttypes", "ContentType")
    apps.get_model("auth", "Group").objects.filter(name__in=DEFAULT_GROUPS, user=None).delete()
    welcome = Page.objects.filter(depth=2, numchild=0, title=WELCOME).first()
    if welcome is None or HomePage.objects.exists():
        return
    kind, _ = ContentType.objects.get_or_create(app_label="cms_pages", model="homepage")
    home = HomePage(page_ptr_id=welcome.pk)
    for field in Page._meta.concrete_fields:
        setattr(home, field.attname, getattr(welcome, field.attname))
    home.title = home.draft_title = "Accueil"
    home.content_type_id = kind.pk
    home.save()
    address = urlsplit(settings.SITE_URL)
    apps.get_model("wagtailcore", "Site").objects.filter(root_page_id=welcome.pk).update(
        hostname=address.hostname,
        port=address.port or (443 if address.scheme == "https" else 80),
        site_name="Emmaüs Connect",
    )


def end(apps, schema_editor):
    """Give back a plain page where ours stood; its children, of kinds that go away too, go with it."""
    Page = apps.get_model("wagtailcore", "Page")
    ContentType = apps.get_model("contenttypes", "ContentType")
    page_kind = ContentType.objects.get(app_label="wagtailcore", model="page")
    for home in apps.get_model("cms_pages", "HomePage").objects.all():
        Page.objects.filter(path__startswith=home.path, depth__gt=home.depth).delete()
        page = Page.objects.filter(pk=home.pk)
        home.delete(keep_parents=True)  # forgets home.pk
        page.update(title=WELCOME, draft_title=WELCOME, content_type=page_kind, numchild=0)


class Migration(migrations.Migration):
    dependencies = [("cms_pages", "0002_editors")]

    operations = [migrations.RunPython(begin, end)]
