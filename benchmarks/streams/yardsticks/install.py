"""What only the yardsticks need, put into ignored folders at first use."""

import filecmp
import shutil
import subprocess
from pathlib import Path

from benchmarks.streams.yardsticks.servers import FOLDER, TOOLS

ROOT = FOLDER.parents[2]
REQUIREMENTS = ROOT / "requirements" / "bench.txt"
INSTALL = """
. scripts/find.sh
find_uv
exec "$uv" pip install --quiet --require-hashes --python .venv/bin/python --target "$1" -r "$2"
"""
PY_SPY = TOOLS / "python" / "bin" / "py-spy"


def packages() -> None:
    """Install FastAPI, py-spy and river beside the environment, not into it."""
    target, stamp = TOOLS / "python", TOOLS / "bench.txt"
    if stamp.exists() and filecmp.cmp(stamp, REQUIREMENTS, shallow=False):
        return
    shutil.rmtree(target, ignore_errors=True)
    TOOLS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["sh", "-euc", INSTALL, "sh", target, REQUIREMENTS], cwd=ROOT, check=True)
    shutil.copy(REQUIREMENTS, stamp)


def node() -> Path | None:
    """Return Node with its packages installed, ``None`` where Node is not on PATH."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    if not (FOLDER / "node" / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER / "node", check=True)
    return Path(found)
