"""Addresses of jobs."""

from django.urls import path

from moksori.base.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.board, name="list"),
    path("<uuid:job_id>/retry", views.retry, name="retry"),
    path("schedules/<str:name>/run", views.run_now, name="run_now"),
]
