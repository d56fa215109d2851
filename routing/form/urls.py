"""Addresses of the hosted forms, under /f/."""

from django.urls import URLPattern, URLResolver, path

from routing.form.views import form, thanks

urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:slug>/", form, name="form"),
    path("<slug:slug>/thanks/", thanks, name="form-thanks"),
]
