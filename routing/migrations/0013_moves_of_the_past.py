"""The moves that leads have made are read from what was told of them, and from the moves when each kind was reached.

In two statements, whatever there is: a site with years behind it has millions of both.
"""

from django.db import migrations

READ = {
    "postgresql": (
        "e.detail->>'stage'",
        "CASE WHEN jsonb_typeof(e.detail->'by') = 'number' THEN (e.detail->>'by')::numeric END",
    ),
    "sqlite": ("json_extract(e.detail, '$.stage')", "json_extract(e.detail, '$.by')"),
}

MOVES = """
INSERT INTO routing_stagemove (lead_id, stage_id, at, by_id)
SELECT e.lead_id, s.id, e.at, u.id
FROM routing_event e
JOIN routing_lead l ON l.id = e.lead_id
JOIN routing_stage s ON s.slug = {stage}
LEFT JOIN routing_user u ON u.id = {by}
WHERE e.kind = 'lead.moved'
ORDER BY e.id
"""

REACHED = """
UPDATE routing_lead SET
    contacted_at = COALESCE(contacted_at, reached.contacted),
    meeting_at = COALESCE(meeting_at, reached.meeting),
    opportunity_at = COALESCE(opportunity_at, reached.opportunity),
    proposal_at = COALESCE(proposal_at, reached.proposal)
FROM (
    SELECT m.lead_id,
        MIN(CASE WHEN s.kind = 'contacted' THEN m.at END) AS contacted,
        MIN(CASE WHEN s.kind = 'meeting' THEN m.at END) AS meeting,
        MIN(CASE WHEN s.kind = 'opportunity' THEN m.at END) AS opportunity,
        MIN(CASE WHEN s.kind = 'proposal' THEN m.at END) AS proposal
    FROM routing_stagemove m JOIN routing_stage s ON s.id = m.stage_id
    WHERE s.kind IN ('contacted', 'meeting', 'opportunity', 'proposal')
    GROUP BY m.lead_id
) AS reached
WHERE routing_lead.id = reached.lead_id
"""


def write_moves_of_the_past(apps, schema_editor):
    connection = schema_editor.connection
    stage, by = READ[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(MOVES.format(stage=stage, by=by))
        cursor.execute(REACHED)


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0012_stages_reached"),
    ]

    operations = [
        migrations.RunPython(write_moves_of_the_past, migrations.RunPython.noop, elidable=True),
    ]
