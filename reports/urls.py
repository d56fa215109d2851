"""Addresses of this wing."""

from django.urls import URLPattern, URLResolver, path

from reports.api import ReportDetail, ReportList
from reports.targets.views import target_removed, targets
from reports.views import report, report_csv, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports, name="reports"),
    path("reports/targets/", targets, name="targets"),
    path("reports/targets/<int:pk>/remove/", target_removed, name="target-removed"),
    path("reports/<slug:slug>.csv", report_csv, name="report-csv"),
    path("reports/<slug:slug>/", report, name="report"),
    path("api/v1/reports/", ReportList.as_view(), name="api-reports"),
    path("api/v1/reports/<slug:slug>/", ReportDetail.as_view(), name="api-report"),
]
