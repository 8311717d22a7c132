#!/usr/bin/env bash
# Installs what the tests need beside Rust, where it is missing: PostgreSQL, strace, zstd, a browser with Chinese letters, Prometheus and
# Alertmanager, from Debian's packages. None of them is started as a service: tests start their own.
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
command -v prometheus promtool > /dev/null || missing+=(prometheus)
command -v amtool > /dev/null || missing+=(prometheus-alertmanager)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "prepare: please install ${missing[*]}: this system has no apt-get" >&2
    exit 1
fi
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
echo "prepare: installing ${missing[*]}" >&2
# Debian asks this program whether it may start what it installs. One that is there already is somebody else's word on it.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy
    trap '"${as_root[@]}" rm -f $policy' EXIT
fi
"${as_root[@]}" apt-get update --quiet --quiet
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends "${missing[@]}"
