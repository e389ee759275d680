"""Addresses of members."""

from django.urls import path

from moksori.base.people import views

app_name = "people"
urlpatterns = [
    path("", views.members, name="members"),
    path("new", views.member_new, name="member_new"),
    path("<int:member_id>", views.member, name="member"),
    path("<int:member_id>/close", views.close_member, name="close_member"),
    path("<int:member_id>/reopen", views.reopen_member, name="reopen_member"),
    path("roles/<int:assignment_id>/take", views.take_role, name="take_role"),
    path("me", views.me, name="me"),
    path("me/keys", views.make_key, name="make_key"),
    path("me/keys/<int:key_id>/end", views.end_key, name="end_key"),
    path("demo/<int:member_id>", views.demo_sign_in, name="demo_sign_in"),
]
