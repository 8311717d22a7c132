#!/usr/bin/env bash
# Builds the pages into frontend/dist, from where the binary embeds them, if what they are made of has changed. Needs Node 20 or newer.
set -euo pipefail
cd "$(dirname "$0")/../frontend"

packages="$(sha256sum package.json package-lock.json)"
sources="$(find console graphiql common package.json package-lock.json tsconfig.json ../schema.graphql -type f -not -name schema.d.ts -print0 | sort --zero-terminated | xargs --null sha256sum)"

if [ "$packages" != "$(cat node_modules/.berth-packages 2> /dev/null)" ]; then
    echo "frontend: installing packages" >&2
    npm ci --no-audit --no-fund --loglevel error > /dev/null
    echo "$packages" > node_modules/.berth-packages
fi
if [ "$sources" != "$(cat dist/.sources 2> /dev/null)" ]; then
    echo "frontend: building the pages" >&2
    rm -f dist/.sources
    npm run --silent build > /dev/null
    echo "$sources" > dist/.sources
fi
