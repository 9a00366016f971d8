from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.csp import csp_override
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from campaign import health

admin_urls = decorate_urlpatterns(wagtailadmin_urls.urlpatterns, csp_override(settings.ADMIN_CSP))

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("admin/", include(admin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    # Editors' pictures are few and small; a larger site lets its web server answer for this path.
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("donors.giving.urls")),
    path("", include("cms_pages.urls")),
    path("", include(wagtail_urls)),
]
