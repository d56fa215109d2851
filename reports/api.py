"""Reports for programs: the numbers of the page, with their formulas."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reports.answering import answer
from reports.asked import Asked
from reports.columns import Column
from reports.filters import ReportFilter
from reports.registry import reports_for
from reports.report import Report
from reports.table import Row, Table
from reps.views.door import zone_of
from routing.access import rep_of
from routing.api.views.base import Guarded
from routing.models import User

ASKED = [
    OpenApiParameter("period", str, description="A named period such as last-30-days, or all-time."),
    OpenApiParameter("since", OpenApiTypes.DATE, description="The first day, in the caller's zone."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="The last day, counted."),
    *(OpenApiParameter(name, str) for name in ("group", "team", "rep", "source", "band", "rule", "sort")),
    OpenApiParameter("compare", bool, description="Beside each number that of the days before."),
]


class ReportList(Guarded, APIView):
    """The reports that the caller has."""

    @extend_schema(operation_id="reports_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        found = reports_for(request.user).values() if isinstance(request.user, User) else []
        return Response([described(one) for one in found])


class ReportDetail(Guarded, APIView):
    """One report: columns with formulas and units, rows, and the row of all. What the caller may not see is not
    counted."""

    @extend_schema(parameters=ASKED, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        user = request.user
        one = reports_for(user).get(slug) if isinstance(user, User) else None
        if one is None or not isinstance(user, User):
            raise Http404
        form = ReportFilter(
            request.query_params, report=one, viewer=user, at=timezone.now(), zone=zone_of(user, rep_of(user))
        )
        if not form.is_valid():
            return Response(form.errors, status=400)
        asked = form.asked()
        return Response(told(one, asked, answer(one, asked)))


def described(report: Report) -> dict[str, Any]:
    """What a report is."""
    return {
        "slug": report.slug,
        "title": report.title,
        "about": report.about,
        "counts": report.counts,
        "groupings": list(report.groupings),
        "columns": [column_of(column) for column in report.told],
    }


def column_of(column: Column) -> dict[str, Any]:
    return {"key": column.key, "label": column.label, "unit": column.unit.name, "formula": column.formula}


def told(report: Report, asked: Asked, table: Table) -> dict[str, Any]:
    """A table as JSON: numbers in the unit of their column, unrounded ones rounded as the page has them."""
    period = asked.period
    return described(report) | {
        "period": {
            "name": period.slug,
            "first_on": period.first_on,
            "last_on": period.last_on,
            "zone": period.zone.key,
        },
        "group": asked.group,
        "rows": [row_of(row, table) for row in table.rows],
        "total": row_of(table.total, table) if table.total else None,
        "team": row_of(table.beside, table) if table.beside else None,
        "notes": list(table.notes),
    }


def row_of(row: Row, table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {"key": row.key, "label": row.label}
    found["values"] = {column.key: column.unit.told(row.value(column)) for column in table.columns}
    if row.before is not None:
        found["before"] = {column.key: column.unit.told(row.value_before(column)) for column in table.columns}
    return found
