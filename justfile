# Berth's tasks. `npx --yes rust-just` runs them where `just` is not installed.

set shell := ["bash", "-euo", "pipefail", "-c"]

# List what can be done.
default:
    @just --list

# Watch an instance being grabbed from a made-up cloud: no account, no key, no network.
demo *arguments:
    cargo run --quiet --package berth -- demo {{ arguments }}

# Run every test.
test: prepare
    cargo test --workspace

# Install what the tests need beside Rust: PostgreSQL, strace, zstd.
prepare:
    @bash scripts/prepare.sh

# Carry a log of a million events about: export, import, rebuild, kills. Takes some minutes.
million events="1000000":
    cargo build --release --package berth --bins --example past
    bash scripts/million.sh {{ events }}

# Let Berth live through made-up faults, a seed at a time, on all cores: `just simulate 10000`, or one seed again: `just simulate 1 4711`.
simulate seeds="10000" first="1":
    BERTH_SEEDS={{ seeds }} BERTH_FIRST_SEED={{ first }} cargo test --release --package berth-app --test simulation -- --ignored --nocapture

# What CI runs.
check: lint test conformance

# Formatting and clippy, without mercy.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- --deny warnings

# Drive the simulator with Oracle's official SDK, in a virtual environment of its own.
conformance:
    cargo build --package berth
    BERTH=target/debug/berth bash conformance/run.sh

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
