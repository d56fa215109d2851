"""What people call teams, reps and territories: for sentences."""

from routing.engine.sentences import Names
from routing.models import Rep, Team, Territory


def names() -> Names:
    """Everybody's name by slug, in three queries."""
    return Names(
        teams=dict(Team.objects.values_list("slug", "name")),
        reps={username: name or username for username, name in Rep.objects.values_list("username", "name")},
        territories=dict(Territory.objects.values_list("slug", "name")),
    )
