"""Addresses of scans, from the file that comes in to the answer that is decided."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import scan_answers, scan_camera, scan_pictures, scans

urlpatterns: list[URLPattern | URLResolver] = [
    path("scans/", scans.scan_list, name="scans"),
    path("scans/camera/", scan_camera.scan_camera, name="scan_camera"),
    path("scans/camera/photo/", scan_camera.scan_photo, name="scan_photo"),
    path(
        "scans/files/<int:scan_file_id>/line/",
        scan_camera.scan_photo_line,
        name="scan_photo_line",
    ),
    path("scans/<int:scan_batch_id>/", scans.scan_batch, name="scan_batch"),
    path(
        "scans/<int:scan_batch_id>/progress/",
        scans.scan_progress,
        name="scan_progress",
    ),
    path("scans/<int:scan_batch_id>/again/", scans.scan_again_batch, name="scan_again"),
    path(
        "scans/<int:scan_batch_id>/sample/",
        scan_answers.scan_sample,
        name="scan_sample",
    ),
    path(
        "scans/<int:scan_batch_id>/sample/draw/",
        scan_answers.scan_sample_draw,
        name="scan_sample_draw",
    ),
    path("scans/pages/<int:scan_id>/", scans.scan, name="scan"),
    path(
        "scans/pages/<int:scan_id>/picture.jpg",
        scan_pictures.scan_picture,
        name="scan_picture",
    ),
    path(
        "scans/pages/<int:scan_id>/field.jpg",
        scan_pictures.scan_crop,
        name="scan_crop",
    ),
    path(
        "scans/pages/<int:scan_id>/guess.json",
        scan_pictures.scan_guess,
        name="scan_guess",
    ),
    path("scans/sheets/<int:sheet_id>/", scans.filled_sheet, name="filled_sheet"),
    path(
        "scans/sheets/<int:sheet_id>/as-it-is/",
        scans.sheet_as_it_is,
        name="sheet_as_it_is",
    ),
    path("scans/sheets/<int:sheet_id>/erase/", scans.sheet_erase, name="sheet_erase"),
    path("surveys/<int:survey_id>/scans/", scans.survey_scans, name="survey_scans"),
    path(
        "review/<int:review_item_id>/answer/",
        scan_answers.review_answer,
        name="review_answer",
    ),
]
