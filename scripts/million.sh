#!/usr/bin/env bash
# Carries a log of a million events (or as many as are asked for) about, and says how long each step takes: out, in, out again to the
# byte, every read model rebuilt and folded anew to the same rows, and twenty kills in the middle of a rebuild.
set -euo pipefail
events="${1:-1000000}"
berth="$PWD/target/release/berth"
past="$PWD/target/release/examples/past"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

timed() {
    local what="$1" begun ended
    shift
    begun="$(date +%s.%N)"
    "$@"
    ended="$(date +%s.%N)"
    awk -v what="$what" -v begun="$begun" -v ended="$ended" -v events="$events" 'BEGIN {
        took = ended - begun
        printf "%-28s %7.1f s  %9.0f events/s\n", what, took, events / took
    }'
}

# Every row but what tells of the rebuilds themselves: each is an event.
rows() {
    "$berth" projections dump --canonical --data-dir data |
        grep -v -e ' checkpoint ' -e 'projection.rebuild_requested' | sha256sum
}

quietly() { "$@" > /dev/null 2>&1; }

"$past" data "$events"
timed "verify" quietly "$berth" events verify --data-dir data
timed "export" quietly "$berth" events export first.jsonl --data-dir data
timed "import" quietly "$berth" events import first.jsonl --data-dir copy
timed "export again" quietly "$berth" events export second.jsonl --data-dir copy
cmp first.jsonl second.jsonl
echo "the two exports are the same to the byte: $(stat --format %s first.jsonl) bytes"
rm -rf second.jsonl copy
timed "export, compressed" quietly "$berth" events export first.jsonl.zst --data-dir data
timed "backup, checked" quietly "$berth" admin backup copy.db --data-dir data
rm -f first.jsonl first.jsonl.zst copy.db

keep_first() { first="$(rows)"; }
timed "folded anew, and dumped" keep_first
for number in 1 2; do
    timed "rebuild $number" quietly "$berth" projections rebuild --all --data-dir data
    [ "$(rows)" = "$first" ] || { echo "rebuild $number gives other rows" >&2; exit 1; }
done
for kill in $(seq 1 20); do
    "$berth" projections rebuild --all --data-dir data > /dev/null 2>&1 &
    sleep "$(awk -v kill="$kill" 'BEGIN { print kill * 0.9 }')"
    kill -9 $! 2> /dev/null || true
    wait $! 2> /dev/null || true
done
[ "$(rows)" = "$first" ] || { echo "twenty kills changed the rows" >&2; exit 1; }
timed "rebuild after 20 kills" quietly "$berth" projections rebuild --all --data-dir data
[ "$(rows)" = "$first" ] || { echo "the rebuild after twenty kills gives other rows" >&2; exit 1; }
rm -f data/views.db*
[ "$(rows)" = "$first" ] || { echo "folding anew gives other rows" >&2; exit 1; }
echo "every rebuild, twenty kills and folding anew gave the same rows"
