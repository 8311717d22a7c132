#!/bin/sh
# Takes the server through Python's GraphQL client. One line a step.
#
#   BERTH      the berth binary (default: target/debug/berth, built first)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/conformance

. "$here/environment.sh"

[ -n "${BERTH:-}" ] || (cd "$root" && cargo build --quiet -p berth)

dir=$(mktemp -d)
server=
trap 'gone "$server"; rm -rf "$dir"' EXIT INT TERM
mkfifo "$dir/stdout"
"${BERTH:-$root/target/debug/berth}" serve --bind 127.0.0.1:0 --data-dir "$dir/data" >"$dir/stdout" 2>"$dir/stderr" &
server=$!
# Opened once and kept open, so that what the server prints later does not end it.
exec 3<"$dir/stdout"
read -r base_url <&3 || { cat "$dir/stderr" >&2; echo "the server did not start" >&2; exit 1; }

PYTHONDONTWRITEBYTECODE=1 "$root/.venv/bin/python" "$here/clients.py" --base-url "$base_url" --token-file "$dir/data/token"
