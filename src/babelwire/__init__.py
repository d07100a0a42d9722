"""Babelwire: an automatic multilingual news desk."""

__version__ = "0.1.0"
