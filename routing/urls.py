"""Addresses of this wing, beside the admin and the API."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("routing.account.urls")),
    path("f/", include("routing.form.urls")),
]
