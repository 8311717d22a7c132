#!/bin/sh
# Holds deploy/ to the real Prometheus, Alertmanager and their tools: the files are in order, every rule fires when it should and only
# then, every panel of every dashboard has data from a server at work, and an alert that fires comes to the product. One line a step.
#
#   BERTH      the berth binary (default: target/debug/berth, built first)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/conformance

for program in prometheus promtool amtool; do
    command -v $program >/dev/null || { echo "$program is missing: scripts/prepare.sh installs it" >&2; exit 1; }
done

[ -n "${BERTH:-}" ] || (cd "$root" && cargo build --quiet -p berth)
berth=${BERTH:-$root/target/debug/berth}

dir=$(mktemp -d)
simulator=
server=
# Before its directory goes: while it still ends it writes.
gone() { [ -z "$1" ] || { kill "$1" 2>/dev/null && wait "$1" || true; }; }
trap 'gone "$server"; gone "$simulator"; rm -rf "$dir"' EXIT INT TERM

# Each prints its address first. The pipes are kept open, so that what is printed later ends nobody.
mkfifo "$dir/simulator.stdout" "$dir/server.stdout"
"$berth" sim oci --bind 127.0.0.1:0 --dir "$dir/cloud" --script "$here/script.toml" >"$dir/simulator.stdout" &
simulator=$!
exec 3<"$dir/simulator.stdout"
read -r cloud_url <&3 || { echo "the simulator did not start" >&2; exit 1; }

"$berth" serve --bind 127.0.0.1:0 --data-dir "$dir/data" --set "oci.endpoint=$cloud_url" --set outbound.allow=loopback \
    --set metrics.bind=127.0.0.1:0 >"$dir/server.stdout" 2>"$dir/stderr" &
server=$!
exec 4<"$dir/server.stdout"
read -r base_url <&4 || { cat "$dir/stderr" >&2; echo "the server did not start" >&2; exit 1; }

PYTHONDONTWRITEBYTECODE=1 python3 "$here/monitoring.py" --base-url "$base_url" --data-dir "$dir/data" --log "$dir/stderr" \
    --cloud "$dir/cloud" --deploy "$root/deploy" --scratch "$dir/scratch"
