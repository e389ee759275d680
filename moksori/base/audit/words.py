"""What was done, as a person reads it in the log of changes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _p

# A test looks for every verb that the code records.
VERBS: dict[str, Promise | str] = {
    "add_feedback": _p("log", "took in feedback"),
    "add_member": _p("log", "added a member"),
    "add_source": _p("log", "added a source"),
    "add_unit": _p("log", "added a unit"),
    "archive_theme": _p("log", "put a theme away"),
    "assign_action": _p("log", "handed an action over"),
    "assign_case": _p("log", "handed a case over"),
    "change_me": _p("log", "changed their own account"),
    "change_plan": _p("log", "changed the plan of an action"),
    "change_source": _p("log", "changed a source"),
    "choose_language": _p("log", "chose a language"),
    "close_case": _p("log", "closed a case"),
    "close_member": _p("log", "closed an account"),
    "comment": _p("log", "wrote a comment"),
    "compose_edition": _p("log", "composed an edition"),
    "define_theme": _p("log", "said what a theme is about"),
    "drop_action": _p("log", "dropped an action"),
    "drop_source": _p("log", "removed a source"),
    "drop_upload": _p("log", "dropped an uploaded file"),
    "end_key": _p("log", "ended a key"),
    "finish_action": _p("log", "finished an action"),
    "finish_import": _p("log", "finished an import"),
    "follow_suggestion": _p("log", "followed the suggestion of an effect"),
    "give_role": _p("log", "gave a role"),
    "make_key": _p("log", "made a key"),
    "map_columns": _p("log", "said what the columns mean"),
    "mark_edition": _p("log", "answered an edition"),
    "measure_effect": _p("log", "measured an effect"),
    "merge_themes": _p("log", "made one theme of several"),
    "move_theme": _p("log", "moved a theme to another group"),
    "open_case": _p("log", "opened a case"),
    "pause_subscription": _p("log", "paused their editions"),
    "pin_mention": _p("log", "said which theme words belong to"),
    "plan_action": _p("log", "planned an action"),
    "refuse_import": _p("log", "refused a file"),
    "remove_view": _p("log", "removed a saved view"),
    "rename_theme": _p("log", "renamed a theme"),
    "reopen_case": _p("log", "opened a case again"),
    "reopen_member": _p("log", "opened an account again"),
    "reply_to_case": _p("log", "noted a reply to a customer"),
    "resend_mail": _p("log", "sent a letter again"),
    "resume_action": _p("log", "took an action up again"),
    "resume_case": _p("log", "took a case up again"),
    "resume_import": _p("log", "took an import up again"),
    "retry_job": _p("log", "had a job tried again"),
    "run_schedule_now": _p("log", "had a schedule run now"),
    "save_remit": _p("log", "said whom they care for"),
    "save_subscription": _p("log", "said when to get editions"),
    "save_view": _p("log", "saved a view"),
    "set_action_due": _p("log", "moved the deadline of an action"),
    "set_case_due": _p("log", "moved the deadline of a case"),
    "set_password": _p("log", "set a first password"),
    "split_theme": _p("log", "made several themes of one"),
    "stage_file": _p("log", "uploaded a file"),
    "start_action": _p("log", "started an action"),
    "start_import": _p("log", "started an import"),
    "stop_import": _p("log", "stopped an import that broke off"),
    "take_role": _p("log", "took a role back"),
    "triage_pain_point": _p("log", "said where a pain point stands"),
    "undo_correction": _p("log", "took a change of themes back"),
    "undo_import": _p("log", "undid an import"),
    "undo_start": _p("log", "took a start back"),
    "unmark_edition": _p("log", "took an answer back"),
    "wait_with_case": _p("log", "waits with a case"),
}


def in_words(verb: str) -> str:
    """The verb for reading; as it was stored where an older version knew more."""
    return str(VERBS.get(verb, verb.replace("_", " ")))
