"""Run the installed Apertium-APY on loopback only. Its own Python (Debian's) runs this, not the tests'."""

import sys

import tornado.httpserver

bind = tornado.httpserver.HTTPServer.bind
tornado.httpserver.HTTPServer.bind = lambda self, port, address=None, **more: bind(self, port, "127.0.0.1", **more)
sys.argv = ["apertium-apy", "-p", sys.argv[1], "-j", "1", "/usr/share/apertium/modes"]

from apertium_apy import apy  # noqa: E402

apy.main()
