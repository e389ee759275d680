#!/bin/sh
# Installs what the tests need from Debian (Chromium, fonts, PostgreSQL, gettext, Dovecot) when it
# may; otherwise says what is missing, and the tests that need it are skipped.
set -u

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || missing="$missing fonts-noto-cjk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
command -v dovecot >/dev/null 2>&1 || missing="$missing dovecot-imapd"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    may=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    may="sudo"
else
    echo "Not installed:$missing. The tests that need them are skipped." >&2
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed:$missing. The tests that need them are skipped." >&2
    exit 0
fi
echo "Installing$missing …"
export DEBIAN_FRONTEND=noninteractive
$may apt-get update -qq
# shellcheck disable=SC2086 – several words are meant
$may apt-get install -y -qq --no-install-recommends $missing >/dev/null
