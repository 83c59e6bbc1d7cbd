"""Addresses of the first page, search and attention."""

from __future__ import annotations

from django.urls import path

from counterfoil.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("attention/", views.attention, name="attention"),
    path("attention/again/", views.attention_again, name="attention_again"),
]
