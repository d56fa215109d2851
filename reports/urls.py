"""Addresses of this wing."""

from django.urls import URLPattern, URLResolver, path

from reports.api import ReportDetail, ReportList
from reports.mails.views import mail, mail_act, mail_end, mail_report, mails
from reports.targets.views import target_removed, targets
from reports.views import report, report_csv, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports, name="reports"),
    path("reports/targets/", targets, name="targets"),
    path("reports/targets/<int:pk>/remove/", target_removed, name="target-removed"),
    path("reports/mails/", mails, name="report-mails"),
    path("reports/mails/<int:pk>/", mail, name="report-mail"),
    path("reports/mails/<int:pk>/<slug:act>/", mail_act, name="report-mail-act"),
    path("reports/mails/end/<str:token>/", mail_end, name="report-mail-end"),
    path("reports/<slug:slug>/mail/", mail_report, name="report-mail-new"),
    path("reports/<slug:slug>.csv", report_csv, name="report-csv"),
    path("reports/<slug:slug>/", report, name="report"),
    path("api/v1/reports/", ReportList.as_view(), name="api-reports"),
    path("api/v1/reports/<slug:slug>/", ReportDetail.as_view(), name="api-report"),
]
