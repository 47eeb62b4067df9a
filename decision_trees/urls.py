"""Addresses of trees and journeys. Fixed here, because they are printed, saved and shared (product.md, section 6)."""

from django.urls import path

from . import views

app_name = "decision_trees"

urlpatterns = [
    path("schema.json", views.schema, name="schema"),
    path("<slug:slug>/", views.start, name="start"),
    path("<slug:slug>/result/", views.result, name="result"),
    path("<slug:slug>/outline/", views.outline, name="outline"),
    path("<slug:slug>/map/", views.tree_map, name="map"),
    path("<slug:slug>/versions/", views.versions, name="versions"),
    path("<slug:slug>/<slug:question_id>/", views.question, name="question"),
]
