"""The child in which strangers' pictures are read: ``python -m babelwire.pictures.worker``. Imported by nobody, since Python warns of a
module that is run and was imported before."""

from __future__ import annotations

from babelwire import confined
from babelwire.errors import PictureError
from babelwire.pictures.encode import Ask, encode

if __name__ == "__main__":
    confined.serve(Ask, encode, what="picture", refusals=(PictureError,))
