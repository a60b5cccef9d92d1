#!/bin/sh
# From a fresh clone to a running dashboard: environment, front end, database, server with the demo.
set -eu
cd "$(dirname "$0")/.."

scripts/bootstrap.sh prod
scripts/frontend.sh
.venv/bin/python -m scripts.prepare
if ! grep -qs '^DEMO=' .env; then
  export DEMO="${DEMO-1}"
fi
exec .venv/bin/python manage.py serve
