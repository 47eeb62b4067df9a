"""Addresses of sources, passages and the glossary."""

from __future__ import annotations

from django.urls import path

from guidance import views

app_name = "guidance"
urlpatterns = [
    path("sources/", views.source_list, name="sources"),
    path("sources/<slug:slug>/", views.source, name="source"),
    path("sources/<slug:slug>/<str:label>/", views.edition, name="edition"),
    path("sources/<slug:slug>/<str:label>/<str:section_slug>/", views.section, name="section"),
    path("passages/<str:passage_id>/", views.passage, name="passage"),
    path("passages/<str:passage_id>/cited-by/", views.passage_cited_by, name="passage-cited-by"),
    path("glossary/", views.glossary, name="glossary"),
]
