"""Screenshots of the demo's site for the documents: desktop, phone, dark, side by side. Needs Debian's chromium.

python tools/screenshots.py [--out docs/img]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
#: name, page (an article: the newest whose path holds the word), width, height, dark, view
SHOTS = (
    ("front", "fr/", 1280, 860, False, ""),
    ("article", "es/|onu", 1280, 860, False, ""),
    ("both", "ca/|", 1280, 860, False, "#vb"),
    ("phone", "fr/", 390, 844, False, ""),
    ("dark", "es/|", 1280, 860, True, ""),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "img")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "babelwire.cli", "demo", "--exit", "--keep", folder], check=False)
        shoot(Path(folder) / "data" / "site", args.out)


def shoot(site: Path, out: Path) -> None:
    """Serve the tree with the program's own file app, and take every shot."""
    import uvicorn

    from babelwire.web import app

    server = uvicorn.Server(uvicorn.Config(app.create(site), host="127.0.0.1", port=8797, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        threading.Event().wait(0.05)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for name, page, width, height, dark, view in SHOTS:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
            tab = context.new_page()
            tab.goto(f"http://127.0.0.1:8797/{address(site, page)}")
            if view:
                tab.locator(view).check()
                tab.mouse.wheel(0, 600)
                tab.wait_for_timeout(300)
            tab.screenshot(path=out / f"{name}.png")
            context.close()
        browser.close()
    server.should_exit = True


def address(site: Path, page: str) -> str:
    """``es/|onu`` -> the newest translated article of the Spanish edition with that word in its path."""
    language, _, word = page.partition("|")
    if "|" not in page:
        return page
    found = sorted(p.parent for p in site.glob(f"{language}20*/*/*/*/index.html") if word in p.parent.name)
    translated = [p for p in found if "t0-und" in (p / "index.html").read_text(encoding="utf-8")]
    return f"{(translated or found)[-1].relative_to(site)}/"


if __name__ == "__main__":
    main()
