"""Addresses of the step account."""

from django.urls import path

from moksori.account import views

app_name = "account"
urlpatterns = [
    path("", views.effect_list, name="effects"),
    path("effects/<int:effect_id>/", views.effect, name="effect"),
    path("effects/<int:effect_id>/follow/", views.effect_follow, name="effect_follow"),
    path(
        "actions/<int:action_id>/measure/", views.action_measure, name="action_measure"
    ),
    path("actions/<int:action_id>/effect/", views.action_effect, name="action_effect"),
    path(
        "pain-points/<int:pain_point_id>/effects/",
        views.pain_effects,
        name="pain_effects",
    ),
    path("recurrences/", views.recurrences, name="recurrences"),
    path("recurrences/<int:watch_id>/days/", views.watch_days, name="watch_days"),
    path("pain-points/<int:pain_point_id>/watch/", views.pain_watch, name="pain_watch"),
]
