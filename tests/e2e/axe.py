"""What axe finds on a page that keeps people out: contrast, names, roles, order, focus."""

from functools import cache

from tests.browser import ROOT
from tests.e2e.desk import Desk

PROGRAM = ROOT / "frontend/node_modules/axe-core/axe.min.js"
# A line for each place; what is moderate or minor is axe's advice, and no barrier.
RUN = """async (options) => {
  const { violations } = await axe.run({ resultTypes: ['violations'], ...options });
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${id} at ${target.join(' ')}: ${failureSummary}`));
}"""
# All of it once, then what another theme changes.
SCHEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


@cache
def program() -> str:
    """The source of axe."""
    return PROGRAM.read_text(encoding="utf-8")


async def is_open_to_all(desk: Desk) -> None:
    """Nothing serious or critical is found on the page as it is now, in light and in dark."""
    if not await desk.page.evaluate("'axe' in window"):
        await desk.page.evaluate(program())
    for scheme, options in SCHEMES.items():
        await desk.page.emulate_media(color_scheme=scheme)
        assert await desk.page.evaluate(RUN, options) == [], (desk.page.url, scheme)
