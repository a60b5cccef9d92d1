#!/bin/sh
# From a fresh clone to a running dashboard: environment, front end, database, server with the demo.
set -eu
cd "$(dirname "$0")/.."

scripts/bootstrap.sh prod
scripts/frontend.sh
grep -qs '^DEMO=' .env || export DEMO="${DEMO-1}"
.venv/bin/python -m scripts.prepare
exec .venv/bin/python manage.py serve
