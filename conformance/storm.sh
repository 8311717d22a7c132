#!/bin/sh
# Takes the server through requests that schemathesis derives from schema.graphql, as a stranger and as users of each role. One line a
# finding; whatever is given goes to storm.py: `sh conformance/storm.sh --each 2500`.
#
#   BERTH      the berth binary (default: target/debug/berth, built first)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
here=$root/conformance

. "$here/environment.sh"

[ -n "${BERTH:-}" ] || (cd "$root" && cargo build --quiet -p berth)
berth=${BERTH:-$root/target/debug/berth}

dir=$(mktemp -d)
simulator=
server=
trap 'gone "$server"; gone "$simulator"; rm -rf "$dir"' EXIT INT TERM

# Each prints its address first. The pipes are kept open, so that what is printed later ends nobody.
mkfifo "$dir/simulator.stdout" "$dir/server.stdout"
"$berth" sim oci --bind 127.0.0.1:0 --dir "$dir/cloud" --script "$here/script.toml" >"$dir/simulator.stdout" &
simulator=$!
exec 3<"$dir/simulator.stdout"
read -r cloud_url <&3 || { echo "the simulator did not start" >&2; exit 1; }

# Nobody is slowed down here: what is asked is more than one address may ask.
"$berth" serve --bind 127.0.0.1:0 --data-dir "$dir/data" --set "oci.endpoint=$cloud_url" --set outbound.allow=loopback \
    --set server.requests_per_second=0 --set server.requests_per_minute_of_user=0 >"$dir/server.stdout" 2>"$dir/stderr" &
server=$!
exec 4<"$dir/server.stdout"
read -r base_url <&4 || { cat "$dir/stderr" >&2; echo "the server did not start" >&2; exit 1; }

PYTHONDONTWRITEBYTECODE=1 "$root/.venv/bin/python" "$here/storm.py" --base-url "$base_url" --process "$server" --log "$dir/stderr" \
    --data-dir "$dir/data" --cloud "$dir/cloud" --schema "$root/schema.graphql" "$@"
