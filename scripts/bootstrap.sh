#!/bin/sh
# Makes .venv from the hashed lists. Needs a python3 with pip (or venv) and a package index, nothing else.
#   scripts/bootstrap.sh          everything, for development and tests
#   scripts/bootstrap.sh prod     what `make run` needs; an environment that holds more is kept as it is
#   scripts/bootstrap.sh llm      that and the SDK of a language model
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh

kind="${1:-dev}"
stamp=.venv/installed
if [ "$kind" = prod ]; then # takes nothing away that somebody asked for
  kept="$(sed -n -e 's/^dev .*/dev/p' -e 's/^llm .*/llm/p' "$stamp" 2>/dev/null || true)"
  kind="${kept:-prod}"
fi
case "$kind" in
  dev) list=requirements/dev.txt ;;
  prod) list=requirements/base.txt ;;
  llm) list=requirements/llm.txt ;;
  *) die "usage: scripts/bootstrap.sh [dev|prod|llm]" ;;
esac
want="$kind $(cksum < "$list") $PWD"
[ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && exit 0

find_uv
mkdir -p .tools
log=.tools/setup.log
rm -f "$stamp"
# A virtual environment holds its own path, so it does not survive a move.
if ! is_supported_python .venv/bin/python || ! grep -qsF "$PWD/.venv" .venv/bin/activate; then
  find_python
  if [ -n "$python" ]; then
    "$uv" venv --quiet --clear --no-python-downloads --python "$python" .venv
  else
    say "no Python 3.12 to 3.14 here: asking uv for one"
    "$uv" venv --quiet --clear --python 3.13 .venv 2>"$log" \
      || die "no Python 3.12 to 3.14 to be had: install one, or name it with PYTHON=/path/to/python3.13 ($log)"
  fi
fi
say "installing $list into .venv"
"$uv" pip sync --quiet --require-hashes --python .venv/bin/python "$list" 2>"$log" \
  || die "could not install $list: is the package index reachable? What uv said: $log"
printf '%s\n' "$want" > "$stamp"
say "ready: $(.venv/bin/python -V)"
