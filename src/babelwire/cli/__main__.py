"""``python -m babelwire.cli``."""

from babelwire.cli import main

if __name__ == "__main__":
    main()
