#!/bin/sh
# Writes the hashed requirement lists from pyproject.toml: names, versions, hashes, no addresses.
# The resolution itself stays in the ignored uv.lock, which names the index it was made with.
#   scripts/lock.sh              keep what is locked, add what is new
#   scripts/lock.sh --upgrade    take the newest versions allowed
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh
find_uv
"$uv" lock --quiet "$@"

export_list() { # name, options...
  name=$1; shift
  "$uv" export --quiet --frozen --no-emit-project --no-header --no-annotate \
    --output-file "requirements/$name.txt" "$@" >/dev/null
}

mkdir -p requirements
export_list base --no-default-groups
export_list dev
export_list uv --only-group uv
export_list node --only-group node
echo "lock: wrote requirements/{base,dev,uv,node}.txt"
