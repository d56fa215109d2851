"""Leads, why they went where they are, and who had them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from routing import access, explain
from routing.api import arrivals
from routing.api.filters import AssignmentFilter, LeadFilter
from routing.api.pages import NewestFirst
from routing.api.serializers import ArrivalAnswerSerializer, ArrivalSerializer, AssignmentSerializer, LeadSerializer
from routing.api.views.base import Guarded
from routing.intake.tokens import LEADS_WRITE
from routing.models import Assignment, Lead, User


def leads_for(user: User | AnonymousUser) -> QuerySet[Lead]:
    """The leads this person may see, with all that their answer names."""
    return access.visible_to(user).select_related("source", "stage", "territory", "team", "owner")


class LeadList(Guarded, ListAPIView):
    """Leads come in here, and are listed."""

    queryset = Lead.objects.none()
    serializer_class = LeadSerializer
    filterset_class = LeadFilter
    pagination_class = NewestFirst
    scopes = {"POST": LEADS_WRITE}

    def get_queryset(self) -> QuerySet[Lead]:
        return leads_for(self.request.user)

    @extend_schema(
        operation_id="leads_create",
        request=ArrivalSerializer,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="Up to 255 characters, new for each lead. The same key and body gives the same answer.",
            ),
            OpenApiParameter("wait", OpenApiTypes.BOOL, description="1: route before answering."),
        ],
        responses={
            201: ArrivalAnswerSerializer,
            202: OpenApiResponse(ArrivalAnswerSerializer, "Kept, and looked at later: something went wrong here."),
            400: OpenApiResponse(
                OpenApiTypes.OBJECT,
                'What is wrong, by field: `{"email": ["..."]}`; `detail` and `capture` where it is no JSON object.',
            ),
            413: OpenApiResponse(OpenApiTypes.OBJECT, "Larger than 1 MB; nothing was kept."),
            422: OpenApiResponse(OpenApiTypes.OBJECT, "The Idempotency-Key came before with another body."),
        },
    )
    def post(self, request: Request) -> Response:
        """Bring a lead in, with the token of a source. It is stored, then answered, and routed in the background."""
        return arrivals.receive(request)


class LeadDetail(Guarded, RetrieveAPIView):
    """One lead."""

    queryset = Lead.objects.none()
    serializer_class = LeadSerializer
    lookup_url_kwarg = "lead_id"

    def get_queryset(self) -> QuerySet[Lead]:
        return leads_for(self.request.user)


class LeadExplanation(Guarded, GenericAPIView):
    """Why a lead went where it is."""

    queryset = Lead.objects.none()

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, lead_id: int) -> Response:
        """The decision that stands, with all it rested on."""
        lead = get_object_or_404(Lead.objects.filter(access.seen_by(request.user)).only("pk"), pk=lead_id)
        if not Lead.objects.filter(access.contact_open_to(request.user), pk=lead.pk).exists():
            raise PermissionDenied("It tells the lead's contact details, which are hidden until the lead is yours.")
        return Response(access.told_to(request.user, lead.pk, explain.explanation(lead.pk)))


class AssignmentList(Guarded, ListAPIView):
    """The ownership history of the leads that the caller may see."""

    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Assignment]:
        return access.assignments_visible_to(self.request.user).select_related("rep", "team", "by")
