# Berth's tasks. `npx --yes rust-just` runs them where `just` is not installed.

set shell := ["bash", "-euo", "pipefail", "-c"]

# List what can be done.
default:
    @just --list

# Watch an instance being grabbed from a made-up cloud: no account, no key, no network.
demo *arguments: frontend
    cargo run --quiet --package berth -- demo {{ arguments }}

# Run every test: Rust's, twice as many at once as there are cores since many wait for servers; then a browser and other people's GraphQL clients against the binary.
test: prepare frontend
    RUST_TEST_THREADS=${RUST_TEST_THREADS:-$((2 * $(nproc)))} cargo test --workspace
    cargo build --package berth
    cd frontend && BERTH="${CARGO_TARGET_DIR:-$PWD/../target}/debug/berth" npm test --silent

# Build the console and the playground, which the binary embeds, when they have changed. Needs Node.
frontend:
    @bash scripts/frontend.sh

# Install what the tests need beside Rust and Node: PostgreSQL, strace, zstd, Chromium, Prometheus.
prepare:
    @bash scripts/prepare.sh

# Carry a log of a million events about: export, import, rebuild, kills. Takes some minutes.
million events="1000000":
    cargo build --release --package berth --bins --example past
    bash scripts/million.sh {{ events }}

# Let Berth live through made-up faults, a seed at a time, on all cores: `just simulate 10000`, or one seed again: `just simulate 1 4711`.
simulate seeds="10000" first="1":
    BERTH_SEEDS={{ seeds }} BERTH_FIRST_SEED={{ first }} cargo test --release --package berth-app --test simulation -- --ignored --nocapture

# Try other cases of every property than the tests do, a seed at a time from a fresh one on: `just search 50`, or one again: `just search 1 4711`.
search seeds="20" first=`date +%s`:
    for ((seed = {{ first }}; seed < {{ first }} + {{ seeds }}; seed++)); do \
        echo "seed $seed"; \
        PROPTEST_RNG_SEED=$seed cargo test --quiet --package berth-domain --package berth-store --package berth-cloud-oci \
            --test properties --test exchange --test random --test fuzz; \
    done

# How quick and steady the console is on this machine: first row, frames of long lists, memory after an hour of feed.
measure-console: frontend
    cargo build --package berth
    cd frontend && BERTH="${CARGO_TARGET_DIR:-$PWD/../target}/debug/berth" npx vitest run --config vitest.measure.config.ts

# Make the pictures of every screen anew.
pictures: prepare frontend
    cargo build --package berth
    cd frontend && PICTURES="$PWD/../docs/screenshots" BERTH="${CARGO_TARGET_DIR:-$PWD/../target}/debug/berth" npx vitest run tests/console/screens.test.ts

# What CI runs.
check: lint test schema conformance

# Formatting, types, clippy and Biome, without mercy.
lint: frontend
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- --deny warnings
    cd frontend && npm run --silent check

# No change of schema.graphql that breaks clients of the last release. Needs Node.
schema:
    npm ci --prefix scripts/schema --no-audit --no-fund --silent
    node --test scripts/schema
    node scripts/schema/since-release.mjs

# Drive the simulator with Oracle's official SDK, the server with Python's GraphQL client and a small storm, and deploy/ with the real Prometheus.
conformance: prepare
    cargo build --package berth
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/run.sh
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/clients.sh
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/storm.sh --each 90 --lenient
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/told.sh --lenient
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/monitoring.sh

# Hold deploy/ to the real Prometheus, Alertmanager and their tools, beside a server at work.
monitoring: prepare
    cargo build --package berth
    BERTH="${CARGO_TARGET_DIR:-target}/debug/berth" sh conformance/monitoring.sh

# Ask the server 10,000 requests that schemathesis derives from schema.graphql, as a stranger and as users of each role. Takes some minutes.
storm each="2500" seed="1":
    cargo build --release --package berth --bins
    BERTH="${CARGO_TARGET_DIR:-target}/release/berth" sh conformance/storm.sh --each {{ each }} --seed {{ seed }}

# Tell thousands of alerts on every channel of the simulators, while a tenth of the sends fails and the server is killed again and again: none lost,
# none twice that was not in the air, no ceiling passed. Takes some twenty minutes: a mailbox takes five messages in ten.
told alerts="2500" kills="50" seed="1":
    cargo build --release --package berth --bins
    BERTH="${CARGO_TARGET_DIR:-target}/release/berth" sh conformance/told.sh --alerts {{ alerts }} --kills {{ kills }} --seed {{ seed }} --hanging 200 --grabs 40 --patience 3600

# Licences, bans and sources of every dependency. Needs cargo-deny; advisories need its database.
deny:
    cargo deny check bans licenses sources

# Measure, as ratios to something run beside it.
bench:
    cargo build --release --package berth --examples --bins
    cargo build --release --package berth-store --examples
    cargo build --release --package berth-cloud-oci --examples
    cargo build --release --package berth-views --examples
    cargo run --release --quiet --package berth --example bench

# Accept new golden events (changed ones never) and write schema.graphql.
golden:
    BERTH_ACCEPT_GOLDEN=1 cargo test --package berth-domain --test golden
    BERTH_ACCEPT_SCHEMA=1 cargo test --package berth-graphql

# Serve from the sources, with what this directory's configuration says.
serve *arguments:
    cargo run --package berth -- serve {{ arguments }}
