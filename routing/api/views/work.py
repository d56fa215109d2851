"""Getting a lead, giving it back, handing it out: each finds, authorises, calls the one door once, answers."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from routing import access, assignment, jobs
from routing.api.serializers import (
    AssignSerializer,
    DeclineSerializer,
    GiveBackSerializer,
    GivenBackSerializer,
    LeadSerializer,
    ProblemSerializer,
    PullSerializer,
    TakenSerializer,
)
from routing.api.views.base import Guarded
from routing.api.views.leads import leads_for
from routing.models import Lead, Rep, Team

NO_SUCH_LEAD: Final = OpenApiResponse(ProblemSerializer, "No such lead, or none that the caller may see.")
NOT_ALLOWED: Final = OpenApiResponse(ProblemSerializer, "Not allowed, with the reason.")
TAKEN: Final = OpenApiResponse(TakenSerializer, "Somebody else was first.")


class Work(Guarded, GenericAPIView):
    """A change of owner: the door's refusals become answers here."""

    queryset = Lead.objects.none()

    def handle_exception(self, exc: Exception) -> Response:
        match exc:
            case assignment.AlreadyTaken():
                taken = {"detail": str(exc), "owner": exc.owner.username, "claimed_at": exc.claimed_at}
                return Response(TakenSerializer(taken).data, status=status.HTTP_409_CONFLICT)
            case assignment.NotThere():
                return super().handle_exception(NotFound(str(exc)))
            case assignment.AssignmentError():
                refusal = {"detail": str(exc), "code": exc.code}
                return Response(refusal, status=status.HTTP_403_FORBIDDEN)
        return super().handle_exception(exc)

    def rep(self) -> Rep:
        """The caller, as a rep."""
        rep = access.rep_of(self.request.user)
        if rep is None:
            raise PermissionDenied("Only a rep can get leads.")
        return rep

    def find(self, lead_id: int, allowed: Q) -> Lead:
        """The lead and its owner, if it is among those `allowed`; else 404, whether it exists or not."""
        return get_object_or_404(Lead.objects.select_related("owner").only("owner"), allowed, pk=lead_id)

    def answer(self, lead: Lead) -> Response:
        """The lead as it is now, as far as the caller may see it."""
        return Response(LeadSerializer(leads_for(self.request.user).get(pk=lead.pk)).data)

    def arguments(self) -> dict[str, Any]:
        """What was sent, checked."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class Claim(Work):
    """First come, first served."""

    @extend_schema(request=None, responses={200: LeadSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD, 409: TAKEN})
    def post(self, request: Request, lead_id: int) -> Response:
        """Claim a lead. Exactly one rep gets it; the others are told who was first."""
        rep = self.rep()
        lead = self.find(lead_id, access.contested_by(request.user) | access.own(request.user))
        assignment.claim(lead_id=lead.pk, rep=rep, at=now())
        return self.answer(lead)


class Pick(Work):
    """Cherry-picking."""

    @extend_schema(request=None, responses={200: LeadSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD, 409: TAKEN})
    def post(self, request: Request, lead_id: int) -> Response:
        """Pick a lead out of the pool."""
        rep = self.rep()
        lead = self.find(lead_id, access.contested_by(request.user) | access.own(request.user))
        assignment.pick(lead_id=lead.pk, rep=rep, at=now())
        return self.answer(lead)


class Pull(Work):
    """The blind pool: the next lead, unseen."""

    serializer_class = PullSerializer

    @extend_schema(
        responses={200: LeadSerializer, 204: OpenApiResponse(description="Nothing lies there."), 403: NOT_ALLOWED}
    )
    def post(self, request: Request) -> Response:
        """Pull the next lead out of the blind pool of the rep's teams, or of one of them."""
        rep = self.rep()
        team = None
        if slug := self.arguments()["team"]:
            team = Team.objects.filter(memberships__rep=rep, slug=slug).first()
            if team is None:
                raise ValidationError({"team": ["You are in no team of this name."]})
        lead = assignment.pull(rep=rep, team=team, at=now())
        return Response(status=status.HTTP_204_NO_CONTENT) if lead is None else self.answer(lead)


class Accept(Work):
    """A lead on offer to the caller."""

    @extend_schema(request=None, responses={200: LeadSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD, 409: TAKEN})
    def post(self, request: Request, lead_id: int) -> Response:
        """Accept the lead that is on offer to the caller. Late, it is a 404: it goes to somebody else."""
        rep = self.rep()
        lead = self.find(lead_id, access.on_offer_to(request.user) | access.own(request.user))
        assignment.accept(lead_id=lead.pk, rep=rep, at=now(), by=request.user)
        return self.answer(lead)


class Decline(Work):
    """A lead on offer that the caller does not want."""

    serializer_class = DeclineSerializer

    @extend_schema(responses={200: GivenBackSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD})
    def post(self, request: Request, lead_id: int) -> Response:
        """Decline the lead that is on offer to the caller; it is never offered to them again in this cycle."""
        rep = self.rep()
        lead = self.find(lead_id, access.on_offer_to(request.user))
        reason = self.arguments()["reason"]
        declined = assignment.decline(lead_id=lead.pk, rep=rep, reason=reason, at=now(), by=request.user)
        jobs.wake_routing()
        return Response({"id": declined.pk, "status": declined.status})


class GiveBack(Work):
    """A lead that its owner cannot use."""

    serializer_class = GiveBackSerializer

    @extend_schema(responses={200: GivenBackSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD})
    def post(self, request: Request, lead_id: int) -> Response:
        """Give a lead back, to be routed again: for its owner, or for a manager on the owner's behalf."""
        lead = self.find(lead_id, access.own(request.user) | access.lead_managed_by(request.user))
        reason = self.arguments()["reason"]
        if lead.owner is None:
            raise ValidationError({"detail": ["Nobody has this lead, so nobody can give it back."]})
        given = assignment.give_back(lead_id=lead.pk, rep=lead.owner, reason=reason, at=now(), by=request.user)
        jobs.wake_routing()
        return Response({"id": given.pk, "status": given.status})


class Assign(Work):
    """Handing a lead out by hand, and handing it on."""

    serializer_class = AssignSerializer

    @extend_schema(responses={200: LeadSerializer, 403: NOT_ALLOWED, 404: NO_SUCH_LEAD})
    def post(self, request: Request, lead_id: int) -> Response:
        """Hand a lead to a rep. For the team's managers."""
        lead = self.find(lead_id, access.lead_managed_by(request.user) | access.seen_by(request.user))
        if not Lead.objects.filter(access.lead_managed_by(request.user), pk=lead.pk).exists():
            raise PermissionDenied("Only a manager of the team hands out its leads.")
        wanted = self.arguments()
        rep = access.reps_visible_to(request.user).filter(username=wanted["rep"]).first()
        if rep is None:
            raise ValidationError({"rep": [f"There is no rep {wanted['rep']!r} in your teams."]})
        assignment.hand_over(lead_id=lead.pk, rep=rep, by=request.user, at=now(), override=wanted["override"])
        return self.answer(lead)
