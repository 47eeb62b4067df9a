"""Every address of the site: each app brings its own, Wagtail's pages come last."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import TemplateView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from . import views

urlpatterns = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("robots.txt", views.robots, name="robots"),
    path("account/", include("portal.account_urls")),
    path("report-a-problem/", views.report_a_problem, name="report_a_problem"),
    path(
        "report-a-problem/thanks/",
        TemplateView.as_view(template_name="portal/report_a_problem_thanks.html"),
        name="report_a_problem_thanks",
    ),
    path("about/", TemplateView.as_view(template_name="portal/about.html"), name="about"),
    path("accessibility/", TemplateView.as_view(template_name="portal/accessibility.html"), name="accessibility"),
    path("privacy/", TemplateView.as_view(template_name="portal/privacy.html"), name="privacy"),
    path("components/", views.components, name="components"),
    path("search/", include("search.urls")),
    path("decision-trees/", include("decision_trees.urls")),
    path("learning/", include("learning.urls")),
    path("", include("guidance.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]

handler400 = "portal.views.bad_request"
handler500 = "portal.views.server_error"
