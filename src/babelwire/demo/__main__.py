"""``python -m babelwire.demo [--port 8700] [--config FILE]``: the demo world apart from the desk; POST /-/tick moves its clock."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from babelwire.demo.world import World


def main() -> None:
    parser = argparse.ArgumentParser(prog="babelwire.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--config", type=Path, help="write a configuration for this world here")
    given = parser.parse_args()
    with World(port=given.port) as world:
        if given.config:
            given.config.write_text(world.config("data"), encoding="utf-8")
        for site, feed in world.feeds.items():
            print(f"{site:12} {feed}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
