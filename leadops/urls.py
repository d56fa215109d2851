"""Where everything is. Each wing brings its own addresses."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import include, path
from django_rq.stats_views import stats_json
from django_rq.urls import get_admin_urlpatterns
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from leadops.dev_mail.views import mail, mail_html, mails
from leadops.health import healthz, readyz
from routing.account.views import admin_log_in
from routing.clock import oldest_due_work


def is_superuser(user: AbstractBaseUser | AnonymousUser) -> bool:
    """RQ's pages show and run pickled jobs: for superusers, not for all staff."""
    return user.is_active and getattr(user, "is_superuser", False)


for_superusers = user_passes_test(is_superuser)
queue_pages = [
    path("stats.json/", for_superusers(stats_json), name="home_json"),
    *get_admin_urlpatterns(view_wrapper=for_superusers),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz(oldest_due_work=oldest_due_work, late_after=timedelta(minutes=2)), name="readyz"),
    path("admin/login/", admin_log_in),  # before the admin's own, which nothing would slow down
    path("admin/", admin.site.urls),
    path("rq/", include((queue_pages, "django_rq"))),
    path("api/v1/", include("routing.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    # In development only (each says so itself).
    path("dev/mail/", mails, name="dev-mails"),
    path("dev/mail/<str:name>/", mail, name="dev-mail"),
    path("dev/mail/<str:name>/html/", mail_html, name="dev-mail-html"),
    path("", include("routing.urls")),
    path("", include("reps.urls")),
    path("", include("reports.urls")),
]
