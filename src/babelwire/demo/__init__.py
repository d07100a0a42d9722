"""A small world of invented newspapers on loopback addresses: what ``babelwire demo`` runs the desk on.

    with World() as world:
        world.config("data")     # a configuration for this world, as TOML
        world.tick()             # an hour passes: a new article, a correction, a withdrawal

``python -m babelwire.demo`` serves it apart. Served with the standard library alone; pages are Jinja templates, one for each
newspaper, texts are TOML files in ``content/``.
"""

from babelwire.demo.world import World

__all__ = ["World"]
