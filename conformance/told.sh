#!/bin/sh
# Proves with the real processes that people are told: the simulators of the channels, the server, and SIGKILL. One line a finding;
# whatever is given goes to told.py: `sh conformance/told.sh --alerts 2500 --kills 50 --hanging 200 --grabs 40`.
#
#   BERTH      the berth binary (default: target/debug/berth, built first)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

[ -n "${BERTH:-}" ] || (cd "$root" && cargo build --quiet -p berth)

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM

PYTHONDONTWRITEBYTECODE=1 python3 "$root/conformance/told.py" --berth "${BERTH:-$root/target/debug/berth}" --dir "$dir" "$@"
