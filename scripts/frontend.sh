#!/bin/sh
# Installs the front end's packages and builds frontend/dist, each only when what it is made from has changed.
#   scripts/frontend.sh            install and build
#   scripts/frontend.sh install    install only
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh

sources() {
  find frontend -name node_modules -prune -o -path frontend/dist -prune -o -type f -print \
    | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum
}

installed=frontend/node_modules/.installed.json
if ! cmp -s frontend/package-lock.json "$installed"; then
  find_node
  say "installing the front end's packages"
  npm --prefix frontend ci --no-audit --no-fund --loglevel=error || die "npm ci failed in frontend/"
  cp frontend/package-lock.json "$installed"
fi
[ "${1:-build}" = install ] && exit 0

built=frontend/node_modules/.built
want="$(sources)"
if ! [ -f frontend/dist/index.html ] || [ "$(cat "$built" 2>/dev/null)" != "$want" ]; then
  find_node
  say "building the front end"
  npm --prefix frontend run --silent build || die "the front end does not build"
  printf '%s\n' "$want" > "$built"
fi
