"""Addresses of trees and journeys. Fixed here, because they are printed, saved and shared (product.md, section 6)."""

from django.urls import path

from . import reading_views, views

app_name = "decision_trees"

urlpatterns = [
    path("schema.json", reading_views.schema, name="schema"),
    path("certificate_checker.py", reading_views.proof_checker, name="proof_checker"),
    path("<slug:slug>/", reading_views.start, name="start"),
    path("<slug:slug>/result/", views.result, name="result"),
    path("<slug:slug>/outline/", reading_views.outline, name="outline"),
    path("<slug:slug>/map/", reading_views.tree_map, name="map"),
    path("<slug:slug>/print/", reading_views.all_ways, name="print"),
    path("<slug:slug>/proof/", reading_views.proof, name="proof"),
    path("<slug:slug>/proof/tree.json", reading_views.proof_tree, name="proof_tree"),
    path("<slug:slug>/proof/certificate.json", reading_views.proof_certificate, name="proof_certificate"),
    path("<slug:slug>/versions/", reading_views.versions, name="versions"),
    path("<slug:slug>/versions/<int:number>/", reading_views.version, name="version"),
    path("<slug:slug>/versions/<int:before>/<int:after>/", reading_views.differences, name="differences"),
    path("<slug:slug>/<slug:question_id>/", views.question, name="question"),
]
