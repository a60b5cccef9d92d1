#!/bin/sh
# Runs a command with Node and npm on PATH, from the machine or from .tools:  scripts/node.sh npm --version
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh
find_node
exec "$@"
