"""Screenshots for the documents: the demo's site on a desktop, a phone, in the dark, side by side, a story's page; Arabic from the
sample site of the tests, since the demo has no such edition. Needs Debian's chromium.

python -m tools.screenshots [--out docs/img]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
Shot = tuple[str, str, int, int, bool, str]
#: name, page (``fr/|word``: the newest article with the word in its path; ``fr/story/*``: a story), width, height, dark, view
SHOTS: tuple[Shot, ...] = (
    ("front", "fr/", 1280, 860, False, ""),
    ("article", "es/|onu", 1280, 860, False, ""),
    ("both", "ca/|", 1280, 860, False, "#vb"),
    ("phone", "fr/", 390, 844, False, ""),
    ("dark", "es/|", 1280, 860, True, ""),
    ("story", "fr/story/*", 1280, 860, False, ""),
)
SAMPLE: tuple[Shot, ...] = (("arabic", "ar/", 1280, 860, False, ""), ("arabic-phone", "ar/|", 390, 844, False, ""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "babelwire.cli", "demo", "--exit", "--keep", folder], check=False)
        shoot(Path(folder) / "data" / "site", args.out, SHOTS)
        from tools.lighthouse import sample

        shoot(sample(Path(folder) / "sample"), args.out, SAMPLE)


def shoot(site: Path, out: Path, shots: Iterable[Shot]) -> None:
    """Serve the tree with the program's own file app, and take every shot."""
    from tools.tree import served

    with served(site) as root, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, page, width, height, dark, view in shots:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
            tab = context.new_page()
            tab.goto(root + address(site, page))
            if view:
                tab.locator(view).check()
                tab.mouse.wheel(0, 600)
                tab.wait_for_timeout(300)
            tab.screenshot(path=out / f"{name}.png")
            context.close()
        browser.close()


def address(site: Path, page: str) -> str:
    """``es/|onu`` -> the newest translated article of the Spanish edition with that word in its path."""
    if page.endswith("*"):
        return f"{min(p.parent for p in site.glob(f'{page}/index.html')).relative_to(site)}/"
    language, _, word = page.partition("|")
    if "|" not in page:
        return page
    found = sorted(p.parent for p in site.glob(f"{language}20*/*/*/*/index.html") if word in p.parent.name)
    translated = [p for p in found if "t0-und" in (p / "index.html").read_text(encoding="utf-8")]
    return f"{(translated or found)[-1].relative_to(site)}/"


if __name__ == "__main__":
    main()
