"""Addresses of the steps of learning paths. The list of paths and each path are pages, which Wagtail serves."""

from django.urls import path

from . import views

app_name = "learning"

urlpatterns = [
    path("<slug:slug>/start/", views.start, name="start"),
    path("<slug:slug>/<slug:step_id>/", views.step, name="step"),
    path("<slug:slug>/<slug:step_id>/done/", views.done, name="done"),
]
