"""Addresses of learning paths and their steps. Fixed here, because they are saved and shared."""

from django.urls import path

from . import views

app_name = "learning"

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.overview, name="path"),
    path("<slug:slug>/start/", views.start, name="start"),
    path("<slug:slug>/<slug:step_id>/", views.step, name="step"),
    path("<slug:slug>/<slug:step_id>/done/", views.done, name="done"),
]
