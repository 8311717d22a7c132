#!/bin/sh
# Takes the OCI simulator through Oracle's official Python SDK. One line a step, then "N passed, N failed".
#
#   BERTH      the berth binary (default: target/debug/berth, built first)
#   SIMULATOR  a whole command instead of "$BERTH sim oci", to judge something else
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/conformance

. "$here/environment.sh"

if [ -z "${SIMULATOR:-}" ]; then
    [ -n "${BERTH:-}" ] || (cd "$root" && cargo build --quiet -p berth)
    SIMULATOR="${BERTH:-$root/target/debug/berth} sim oci"
fi

dir=$(mktemp -d)
simulator=
trap 'gone "$simulator"; rm -rf "$dir"' EXIT INT TERM
mkfifo "$dir/stdout"
# Unquoted: the command may have words of its own.
$SIMULATOR --bind 127.0.0.1:0 --dir "$dir" --script "$here/script.toml" >"$dir/stdout" &
simulator=$!
# Opened once and kept open, so that what the simulator prints later does not end it.
exec 3<"$dir/stdout"
read -r base_url <&3 || { echo "the simulator did not start" >&2; exit 1; }

# Without byte code: the source tree stays as it is.
PYTHONDONTWRITEBYTECODE=1 "$root/.venv/bin/python" "$here/drive.py" --base-url "$base_url" --config "$dir/config" --capacity-errors 3
