#!/usr/bin/env bash
# Builds wheel and sdist, installs each into an empty virtual environment with pip, and runs the demo there.
# Run by `make wheel-test`. Everything is made under out/wheel and removed when all went well.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
out=out/wheel
names() { $python -c "import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep=chr(10))" "$1"; }
rm -rf $out && mkdir -p $out

.venv/bin/python -m hatchling build -d $out >/dev/null
wheel=$(ls $out/*.whl) sdist=$(ls $out/*.tar.gz)

# What the wheel must hold: every file of the package that git knows, and nothing else but its metadata.
git ls-files -co --exclude-standard src/babelwire | sed 's|^src/||' | sort > $out/wanted
names "$wheel" | grep -v '\.dist-info/' | sort > $out/held
diff $out/wanted $out/held || { echo "the wheel does not hold what the package is made of" >&2; exit 1; }

$python -m venv $out/venv
$out/venv/bin/pip install --quiet --disable-pip-version-check --upgrade "pip>=23.3"  # see docs/install.md
$out/venv/bin/pip install --quiet "$wheel"
$out/venv/bin/pip check
(cd $out && DEMO_EXIT=1 venv/bin/babelwire demo)

# The sdist, built by pip in an environment of its own, makes the same wheel.
$out/venv/bin/pip wheel --quiet --disable-pip-version-check --no-deps -w $out/again "$sdist"
names $out/again/*.whl | grep -v '\.dist-info/' | sort | diff $out/held -
$out/venv/bin/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$sdist"
$out/venv/bin/babelwire --version
(cd $out && venv/bin/babelwire init --yes && venv/bin/babelwire config show --origin >/dev/null)
rm -rf $out
echo "wheel and sdist: good"
