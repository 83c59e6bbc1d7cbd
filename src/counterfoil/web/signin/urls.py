"""Addresses outside of any workspace."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.signin import views

urlpatterns = [
    path("", views.root, name="root"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password, name="password"),
    path("workspaces/", views.workspaces, name="workspaces"),
    path("theme/", views.theme, name="theme"),
    path("language/", views.language, name="language"),
]
