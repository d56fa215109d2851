"""Addresses of this wing."""

from django.urls import URLPattern, URLResolver, path

from reports.api import ReportDetail, ReportList
from reports.exports import views as exports
from reports.mails.views import mail, mail_act, mail_end, mail_report, mails
from reports.rewarding import pages as weights
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
    path("reports/exports/", exports.exports_page, name="exports"),
    path("reports/exports/<int:pk>/", exports.export_page, name="export"),
    path("reports/exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("reports/exports/<int:pk>/delete/", exports.delete_export, name="export-delete"),
    path("reports/exports/<slug:slug>.csv", exports.export_now, name="export-now"),
    path("reports/exports/<slug:slug>/later/", exports.export_later, name="export-later"),
    path("reports/weights/", weights.teams, name="weights"),
    path("reports/weights/<slug:slug>/", weights.team, name="weights-of-team"),
    path("reports/weights/<slug:slug>/propose/", weights.propose, name="weights-propose"),
    path("reports/weights/<slug:slug>/leaderboard/", weights.leaderboard, name="weights-leaderboard"),
    path("reports/weights/<slug:slug>/<int:proposal_id>/approve/", weights.approve, name="weights-approve"),
    path("reports/weights/<slug:slug>/<int:proposal_id>/dismiss/", weights.dismiss, name="weights-dismiss"),
    path("reports/<slug:slug>.csv", report_csv, name="report-csv"),
    path("reports/<slug:slug>/", report, name="report"),
    path("api/v1/reports/", ReportList.as_view(), name="api-reports"),
    path("api/v1/reports/<slug:slug>/", ReportDetail.as_view(), name="api-report"),
]
