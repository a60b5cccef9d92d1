#!/bin/sh
# Writes the hashed requirement lists from pyproject.toml: names, versions, hashes, no addresses.
#   scripts/lock.sh              keep the versions in the lists, add what is new
#   scripts/lock.sh --upgrade    take the newest versions allowed
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh
find_uv

compile() { # list, options...
  list=requirements/$1.txt
  shift
  "$uv" pip compile --quiet --universal --python-version 3.12 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --output-file "$list" "$@" >/dev/null
  say "wrote $list"
}

mkdir -p requirements
compile dev "$@" pyproject.toml --group dev --extra semantic --extra llm
compile base pyproject.toml --extra semantic --constraint requirements/dev.txt
compile llm pyproject.toml --extra semantic --extra llm --constraint requirements/dev.txt
compile bench --constraint requirements/dev.txt --group pyproject.toml:bench
compile uv "$@" --group pyproject.toml:uv
compile node "$@" --group pyproject.toml:node
