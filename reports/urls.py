"""Addresses of this wing."""

from django.urls import URLPattern, URLResolver, path

from reports.api import ReportDetail, ReportList
from reports.rewarding import pages as weights
from reports.views import report, report_csv, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports, name="reports"),
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
