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

log=.tools/setup.log
mkdir -p frontend/dist # Django warns of a folder of static files that is not there
installed=frontend/node_modules/.installed.json
if ! cmp -s frontend/package-lock.json "$installed"; then
  find_node
  say "installing the front end's packages"
  npm --prefix frontend ci --no-audit --no-fund --loglevel=error >"$log" 2>&1 \
    || die "npm ci failed in frontend/: is the package registry reachable? What npm said: $log"
  cp frontend/package-lock.json "$installed"
fi
[ "${1:-build}" = install ] && exit 0

built=frontend/node_modules/.built
want="$(sources)"
if ! [ -f frontend/dist/index.html ] || [ "$(cat "$built" 2>/dev/null)" != "$want" ]; then
  find_node
  say "building the front end"
  npm --prefix frontend run --silent build >"$log" 2>&1 || { cat "$log" >&2; die "the front end does not build"; }
  printf '%s\n' "$want" > "$built"
fi
