"""POST /api/v1/leads/<id>/activities/: what the lead's owner did, told by another program."""

from __future__ import annotations

from django.core.exceptions import ValidationError as Refused
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reps import work
from reps.models import Activity
from routing.access import rep_of, visible_to
from routing.api.views.base import Guarded

KEY_LENGTH = 255


class KeyConflict(APIException):
    """The same idempotency key came with another body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used before, with another body."
    default_code = "idempotency_key_reused"


class ActivitySerializer(serializers.ModelSerializer):
    """An activity as it is sent and answered. `seconds` is the duration; `at` is when it happened (default: now)."""

    direction = serializers.ChoiceField(choices=Activity.Direction, required=False)
    outcome = serializers.ChoiceField(choices=Activity.Outcome, required=False)
    at = serializers.DateTimeField(required=False)
    body = serializers.CharField(required=False, allow_blank=True, max_length=20_000)

    class Meta:
        model = Activity
        fields = ["id", "lead", "kind", "direction", "outcome", "seconds", "at", "body", "self_reported", "logged_at"]
        read_only_fields = ["id", "lead", "self_reported", "logged_at"]


class ActivityView(Guarded, APIView):
    """Log what happened with a lead."""

    @extend_schema(
        operation_id="log_activity",
        request=ActivitySerializer,
        responses={201: ActivitySerializer},
        parameters=[
            OpenApiParameter("Idempotency-Key", str, "header", description="The same key and body again: one activity.")
        ],
    )
    def post(self, request: Request, lead_id: int) -> Response:
        lead = get_object_or_404(visible_to(request.user), pk=lead_id)
        rep = rep_of(request.user)
        if rep is None or lead.owner_id != rep.pk:
            raise PermissionDenied("Only its owner logs what they did with a lead.")
        told = ActivitySerializer(data=request.data)
        told.is_valid(raise_exception=True)
        at = now()
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > KEY_LENGTH:
            raise serializers.ValidationError({"Idempotency-Key": [f"At most {KEY_LENGTH} characters."]})
        try:
            activity = work.log(
                lead_id=lead.pk,
                rep=rep,
                by=request.user,
                logged_at=at,
                key=key,
                **{"at": at} | told.validated_data,
            )
        except Refused as refused:
            raise serializers.ValidationError(refused.message_dict) from None
        except work.KeyReused:
            raise KeyConflict from None
        return Response(ActivitySerializer(activity).data, status=status.HTTP_201_CREATED)
