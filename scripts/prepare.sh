#!/usr/bin/env bash
# Installs what the tests need beside Rust, where it is missing: PostgreSQL, strace, zstd and a browser with Chinese letters, from Debian's packages.
# Says nothing when all is there.
set -euo pipefail

missing=()
if ! command -v initdb > /dev/null && ! compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null; then
    missing+=(postgresql)
fi
command -v strace > /dev/null || missing+=(strace)
command -v zstd > /dev/null || missing+=(zstd)
if ! command -v chromium chromium-browser google-chrome > /dev/null; then
    missing+=(chromium)
fi
[ -d /usr/share/fonts/opentype/noto ] || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "prepare: please install ${missing[*]}: this system has no apt-get" >&2
    exit 1
fi
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
echo "prepare: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update --quiet --quiet
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends "${missing[@]}"
