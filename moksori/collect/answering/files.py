"""Files that customers give: what they really are, and without what they reveal.

What a file is says its content, never its name or what the browser claims. Photos are
drawn again, which leaves out place, device and whatever hides behind the picture.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from moksori.base.errors import TooLarge, UserError
from moksori.base.storable import storable
from moksori.collect.questionnaires.definition import Type

MB = 1_000_000
LARGEST = {Type.PHOTO: 15 * MB, Type.AUDIO: 25 * MB, Type.FILE: 10 * MB}
SIDE = 2_000  # pixels of a photo that is kept
MOST_PIXELS = 60_000_000
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "Contents/": "application/hwp+zip",
}
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "application/pdf": "pdf",
    "application/x-hwp": "hwp",
    "application/hwp+zip": "hwpx",
    "text/plain": "txt",
    _OFFICE["word/"]: "docx",
    _OFFICE["xl/"]: "xlsx",
    _OFFICE["ppt/"]: "pptx",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it may be stored."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def kept(name: str, content: bytes, type_: Type) -> Kept:
    """The file that a question of this type takes; UserError with what to do else."""
    largest = LARGEST[type_]
    if len(content) > largest:
        raise TooLarge(
            _("This file is larger than {most} MB. Choose a smaller one.").format(
                most=largest // MB
            )
        )
    if not content:
        raise UserError(_("This file is empty. Choose another one."))
    picture = _picture(content)
    if type_ == Type.PHOTO:
        if picture is None:
            raise UserError(
                _("This is no photo that can be shown. Take a JPEG, PNG or WebP.")
            )
        media_type, content = picture
    elif type_ == Type.AUDIO:
        media_type = _sound(content)
        if not media_type:
            raise UserError(
                _("This is no sound that can be played. Take an MP3, M4A, OGG or WAV.")
            )
    else:
        media_type, content = picture or (_paper(content) or _sound(content), content)
        if not media_type:
            raise UserError(
                _("This kind of file is not taken. Give a PDF, a photo, a text or an "
                  "office document.")
            )  # fmt: skip
    return Kept(_good_name(name, media_type), media_type, content)


def _picture(content: bytes) -> tuple[str, bytes] | None:
    """The picture drawn anew, upright, without anything beside its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_PICTURES)) as found:
                if found.width * found.height > MOST_PIXELS:
                    return None
                return _drawn(found)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ):
        return None


def _drawn(found: Image.Image) -> tuple[str, bytes]:
    kind = "PNG" if found.format == "PNG" else "JPEG"
    upright = _upright(found)
    upright.thumbnail((SIDE, SIDE))
    mode = "RGBA" if kind == "PNG" and "A" in upright.getbands() else "RGB"
    plain = upright.convert(mode)
    plain.info.clear()
    out = io.BytesIO()
    plain.save(out, kind, **({"quality": 82} if kind == "JPEG" else {"optimize": True}))
    return _PICTURES[kind], out.getvalue()


def _upright(found: Image.Image) -> Image.Image:
    """As the camera was held; as it lies where what is told of that is broken."""
    try:
        return ImageOps.exif_transpose(found)
    except Exception:  # noqa: BLE001 - broken words about it raise anything
        return found


def _sound(content: bytes) -> str:
    head = content[:16]
    if head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] and head[1] >= 0xE0):
        return "audio/mpeg"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/webm" if head.startswith(b"\x1a\x45\xdf\xa3") else ""


def _paper(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # Older office files may hold macros; Hangul's say what they are.
        return "application/x-hwp" if b"HWP Document File" in content else ""
    if content.startswith(b"PK"):
        return _office(content)
    return "text/plain" if _is_text(content) else ""


def _office(content: bytes) -> str:
    """Which office document a zip is; "" for any other zip, and for one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    is_office = "[Content_Types].xml" in names or "mimetype" in names
    if not is_office or any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    for start, kind in _OFFICE.items():
        if any(name.startswith(start) for name in names):
            return kind
    return ""


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "cp949"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return content.lstrip()[:1] != b"<"  # pages and drawings can hold script
    return False


def _good_name(name: str, media_type: str) -> str:
    """What the customer called it, without folders or tricks, ending as what it is."""
    plain = unicodedata.normalize("NFC", storable(name)).replace("\\", "/")
    stem = plain.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    shown = "".join(one for one in stem if one == " " or _is_visible(one)).strip(" .")
    return f"{shown[:100] or 'file'}.{_ENDINGS.get(media_type, 'bin')}"


def _is_visible(letter: str) -> bool:
    """No control sign, no mark that turns the direction of writing, no odd blank."""
    return unicodedata.category(letter)[0] not in {"C", "Z"}
