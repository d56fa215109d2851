"""What the API says of leads, their history and people. All but leads go by slug or username, not by number."""

from __future__ import annotations

from decimal import Decimal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from routing.models import Assignment, Lead, Membership, Rep, Team


@extend_schema_field({"type": "number", "nullable": True})
class PlainNumberField(serializers.Field):
    """A number as JSON knows it: whole where it is whole."""

    def to_representation(self, value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)


class LeadSerializer(serializers.ModelSerializer):
    """A lead, its facts and where it stands. Contact details that are not the caller's to see are blank."""

    source = serializers.SlugRelatedField("slug", read_only=True)
    stage = serializers.SlugRelatedField("slug", read_only=True)
    territory = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    team = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    owner = serializers.SlugRelatedField("username", read_only=True, allow_null=True)
    company_size = PlainNumberField(read_only=True)
    budget = PlainNumberField(read_only=True)
    engagement = PlainNumberField(read_only=True)
    value = PlainNumberField(read_only=True)
    attributes = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "source",
            "channel",
            "external_id",
            "email",
            "email_domain",
            "free_mail",
            "phone",
            "first_name",
            "last_name",
            "job_title",
            "company",
            "company_size",
            "industry",
            "country",
            "region",
            "city",
            "postcode",
            "language",
            "timezone",
            "product",
            "budget",
            "current_solution",
            "engagement",
            "attributes",
            "captured_at",
            "status",
            "score",
            "band",
            "territory",
            "rule",
            "team",
            "delivery",
            "reason",
            "owner",
            "stage",
            "is_open",
            "hide_contact",
            "cycle",
            "routed_at",
            "pooled_at",
            "waiting_since",
            "assigned_at",
            "first_touch_at",
            "won_at",
            "lost_at",
            "lost_reason",
            "value",
            "updated_at",
        )
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer):
    """One line in a lead's ownership history."""

    rep = serializers.SlugRelatedField("username", read_only=True)
    team = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    by = serializers.SlugRelatedField("username", read_only=True, allow_null=True)

    class Meta:
        model = Assignment
        fields = (
            "id",
            "lead",
            "cycle",
            "rep",
            "team",
            "method",
            "rule",
            "by",
            "note",
            "assigned_at",
            "first_touch_at",
            "ended_at",
            "ended_because",
        )
        read_only_fields = fields


class RepSerializer(serializers.ModelSerializer):
    """Somebody who sells."""

    teams = serializers.SerializerMethodField()

    class Meta:
        model = Rep
        fields = ("username", "name", "email", "seniority", "active", "accepting", "paused_until", "teams")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_teams(self, rep: Rep) -> list[str]:
        """The teams that the caller may see (the view fetched those)."""
        return [membership.team.slug for membership in rep.memberships.all()]


class MemberSerializer(serializers.ModelSerializer):
    """A rep's place in a team."""

    rep = serializers.SlugRelatedField("username", read_only=True)

    class Meta:
        model = Membership
        fields = ("rep", "position", "weight")
        read_only_fields = fields


class TeamSerializer(serializers.ModelSerializer):
    """Reps who share leads, in the order of their position."""

    managers = serializers.SlugRelatedField("username", many=True, read_only=True)
    members = MemberSerializer(source="memberships", many=True, read_only=True)

    class Meta:
        model = Team
        fields = ("slug", "name", "managers", "members")
        read_only_fields = fields


# --- what is sent to work a lead ------------------------------------------------------------------


class NothingSerializer(serializers.Serializer):
    """No body is needed."""


class PullSerializer(serializers.Serializer):
    """From which team's pool to pull; empty: any of the rep's teams."""

    team = serializers.SlugField(required=False, allow_blank=True, default="")


class GiveBackSerializer(serializers.Serializer):
    """Why the lead is given back."""

    reason = serializers.SlugField(
        max_length=40, help_text="bad_data, duplicate, not_a_lead, no_show, other, or one of the team's own."
    )


class DeclineSerializer(serializers.Serializer):
    """Why the lead on offer is declined."""

    reason = serializers.CharField(max_length=200)


class AssignSerializer(serializers.Serializer):
    """To whom the lead is handed."""

    rep = serializers.CharField(max_length=150, help_text="The username of the rep.")
    override = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=500, help_text="A reason, to go over the rep's caps."
    )


# --- answers --------------------------------------------------------------------------------------


class ProblemSerializer(serializers.Serializer):
    """What is in the way, in words, and as one machine word."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)


class TakenSerializer(serializers.Serializer):
    """Somebody else was first."""

    detail = serializers.CharField()
    owner = serializers.CharField()
    claimed_at = serializers.DateTimeField()


class GivenBackSerializer(serializers.Serializer):
    """What became of a lead that may no longer be the caller's to see."""

    id = serializers.IntegerField()
    status = serializers.CharField()


class ArrivalAnswerSerializer(serializers.Serializer):
    """What became of what was sent."""

    id = serializers.IntegerField(
        allow_null=True, help_text="The lead: a new one, or the open one that this repeats. Empty: not understood yet."
    )
    capture = serializers.IntegerField(help_text="What was kept, as it came.")
    status = serializers.CharField(
        help_text="new, waiting, pooled, offered, assigned, disqualified, parked; duplicate: attached to an open lead."
    )
    owner = serializers.CharField(allow_null=True, help_text="Whose it is, if it is anybody's yet.")


# --- what sources send ----------------------------------------------------------------------------


class ArrivalSerializer(serializers.Serializer):
    """A lead as a source sends it: at least one of email, phone and external_id, or a name with a company.

    `attributes.NAME` may be sent flat too. Read by the schema only: what arrives is stored first and read afterwards.
    """

    external_id = serializers.CharField(
        required=False, help_text="The source's own id; the same id again is the same lead."
    )
    email = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    first_name = serializers.CharField(required=False)
    last_name = serializers.CharField(required=False)
    job_title = serializers.CharField(required=False)
    company = serializers.CharField(required=False)
    company_size = PlainNumberField(required=False, help_text="Employees.")
    industry = serializers.CharField(required=False)
    country = serializers.CharField(required=False, help_text="A name or a code; kept as ISO 3166-1 alpha-2.")
    region = serializers.CharField(required=False)
    city = serializers.CharField(required=False)
    postcode = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    timezone = serializers.CharField(required=False)
    product = serializers.CharField(required=False)
    budget = PlainNumberField(required=False)
    current_solution = serializers.CharField(required=False)
    engagement = PlainNumberField(required=False, help_text="0 to 100.")
    channel = serializers.CharField(required=False, help_text="Default: the source's.")
    captured_at = serializers.DateTimeField(required=False, help_text="Default: now.")
    attributes = serializers.DictField(required=False, child=serializers.CharField(), help_text="Anything else.")
