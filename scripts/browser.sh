#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: nothing to do where one is on PATH.
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
installed=tests/e2e/node_modules/.installed.json
if ! cmp -s tests/e2e/package-lock.json "$installed"; then
  find_node
  say "no Chromium on PATH: installing one into tests/e2e and .tools"
  npm --prefix tests/e2e ci --ignore-scripts --no-audit --no-fund --loglevel=error \
    >.tools/setup.log 2>&1 || die "npm ci failed in tests/e2e/: what npm said is in .tools/setup.log"
  cp tests/e2e/package-lock.json "$installed"
fi
exec .venv/bin/python -m tests.browser >&2
