"""Publications and listings -> the files of the site. Touches no disk; the same arguments give the same bytes.

``pages`` the HTML pages and their JSON records, ``static`` what does not change with the news, ``syndicate`` feeds,
``sitemaps``, ``address`` the paths (made once, at first publication), ``shown`` what of a publication may be seen.
"""

from __future__ import annotations

from babelwire.render.address import day_path, path, section_path, slug, source_path, story_path, topic_path
from babelwire.render.shown import excerpt
from babelwire.render.site import Site, lesser

__all__ = ["Site", "day_path", "excerpt", "lesser", "path", "section_path", "slug", "source_path", "story_path", "topic_path"]
