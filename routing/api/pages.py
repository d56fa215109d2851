"""Long lists, page by page."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest first, by a cursor that stays right while rows arrive.

    Ordered by the key alone: a cursor over a column with many equal values (an import is captured at one instant)
    would lose its place.
    """

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class BySlug(NewestFirst):
    """In the order of a unique name."""

    ordering = "slug"


class ByUsername(NewestFirst):
    """In the order of a unique name."""

    ordering = "username"
