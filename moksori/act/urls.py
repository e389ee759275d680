"""Addresses of the step act."""

from django.urls import path

from moksori.act.views import (
    actions,
    board,
    cases,
    health,
    letters,
    office,
    priorities,
    promises,
    rating,
    rules,
    wording,
    work,
)

app_name = "act"
urlpatterns = [
    path("", work.mine, name="my_work"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/board/", board.board, name="board"),
    path("cases/new/", cases.case_new, name="case_new"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/reply/", cases.case_reply, name="case_reply"),
    path("cases/<int:case_id>/close/", cases.case_close, name="case_close"),
    path("cases/<int:case_id>/reopen/", cases.case_reopen, name="case_reopen"),
    path("cases/<int:case_id>/wait/", cases.case_wait, name="case_wait"),
    path("cases/<int:case_id>/resume/", cases.case_resume, name="case_resume"),
    path("cases/<int:case_id>/due/", cases.case_due, name="case_due"),
    path("cases/<int:case_id>/assign/", cases.case_assign, name="case_assign"),
    path("cases/<int:case_id>/comment/", cases.case_comment, name="case_comment"),
    path("cases/<int:case_id>/here/", letters.case_here, name="case_here"),
    path("cases/<int:case_id>/macro/", letters.case_macro, name="case_macro"),
    path("cases/<int:case_id>/letters/", letters.case_letter, name="case_letter"),
    path(
        "cases/<int:case_id>/letters/<int:letter_id>/back/",
        letters.letter_back,
        name="letter_back",
    ),
    path(
        "cases/<int:case_id>/letters/<int:letter_id>/again/",
        letters.letter_again,
        name="letter_again",
    ),
    path(
        "cases/<int:case_id>/letters/<int:letter_id>/arrived/",
        letters.letter_arrived,
        name="letter_arrived",
    ),
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/new/", rules.rule_new, name="rule_new"),
    path("rules/<int:rule_id>/", rules.rule, name="rule"),
    path("rules/<int:rule_id>/preview/", rules.rule_preview, name="rule_preview"),
    path("rules/<int:rule_id>/edit/", rules.rule_edit, name="rule_edit"),
    path("rules/<int:rule_id>/on/", rules.rule_on, name="rule_on"),
    path("rules/<int:rule_id>/off/", rules.rule_off, name="rule_off"),
    path("rules/<int:rule_id>/look-back/", rules.rule_look_back, name="rule_look_back"),
    path("rules/<int:rule_id>/delete/", rules.rule_delete, name="rule_delete"),
    path("hours/", office.hours_list, name="hours"),
    path("hours/<int:unit_id>/", office.hours, name="hours_of"),
    path("hours/<int:unit_id>/drop/", office.hours_drop, name="hours_drop"),
    path("absences/", office.absences, name="absences"),
    path("absences/<int:absence_id>/drop/", office.absence_drop, name="absence_drop"),
    path("templates/", wording.template_list, name="templates"),
    path("templates/new/", wording.template_new, name="template_new"),
    path("templates/<int:template_id>/", wording.template, name="template"),
    path(
        "templates/<int:template_id>/delete/",
        wording.template_delete,
        name="template_delete",
    ),
    path("macros/new/", wording.macro_new, name="macro_new"),
    path("macros/<int:macro_id>/", wording.macro, name="macro"),
    path("macros/<int:macro_id>/delete/", wording.macro_delete, name="macro_delete"),
    path(
        "feedback/<int:feedback_id>/cases/",
        cases.feedback_cases,
        name="feedback_cases",
    ),
    path("health/", health.health, name="health"),
    path(
        "health/accounts/<int:account_id>/",
        health.account_health,
        name="account_health",
    ),
    path(
        "health/customers/<int:customer_id>/",
        health.customer_health,
        name="customer_health",
    ),
    path("priorities/", priorities.priorities, name="priorities"),
    path(
        "priorities/<int:pain_point_id>/appraise/",
        priorities.appraise,
        name="appraise",
    ),
    path("promises/", promises.promise_list, name="promises"),
    path("promises/new/", promises.promise_new, name="promise_new"),
    path("promises/<int:promise_id>/", promises.promise, name="promise"),
    path("promises/<int:promise_id>/hand/", promises.promise_hand, name="promise_hand"),
    path("promises/<int:promise_id>/move/", promises.promise_move, name="promise_move"),
    path("promises/<int:promise_id>/end/", promises.promise_end, name="promise_end"),
    path(
        "promises/<int:promise_id>/reopen/",
        promises.promise_reopen,
        name="promise_reopen",
    ),
    path(
        "visits/<int:visit_id>/promises/",
        promises.visit_promises,
        name="visit_promises",
    ),
    path("actions/", actions.action_list, name="actions"),
    path("actions/new/", actions.action_new, name="action_new"),
    path("actions/<int:action_id>/", actions.action, name="action"),
    path("actions/<int:action_id>/edit/", actions.action_edit, name="action_edit"),
    path("actions/<int:action_id>/start/", actions.action_start, name="action_start"),
    path(
        "actions/<int:action_id>/undo-start/",
        actions.action_undo_start,
        name="action_undo_start",
    ),
    path(
        "actions/<int:action_id>/finish/", actions.action_finish, name="action_finish"
    ),
    path("actions/<int:action_id>/drop/", actions.action_drop, name="action_drop"),
    path(
        "actions/<int:action_id>/resume/", actions.action_resume, name="action_resume"
    ),
    path(
        "actions/<int:action_id>/assign/", actions.action_assign, name="action_assign"
    ),
    path(
        "actions/<int:action_id>/comment/",
        actions.action_comment,
        name="action_comment",
    ),
    path(
        "pain-points/<int:pain_point_id>/actions/",
        actions.pain_actions,
        name="pain_actions",
    ),
]
