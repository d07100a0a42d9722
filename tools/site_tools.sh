#!/usr/bin/env bash
# What `make check-site` and `make lighthouse` use of other people: Node.js, Java and Chromium from Debian's packages, and Node
# packages of exact versions (tools/node). What cannot be installed here is named, and the checks that need it say that they are
# skipped. Fails only where the lock itself is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
at=tools/node
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need node nodejs
need npm npm
need java default-jre-headless
need chromium chromium
[ ${#missing[@]} -eq 0 ] || tools/packages.sh --optional "${missing[@]}"

[ $at/node_modules/.installed -nt $at/package-lock.json ] && exit 0
if ! command -v npm >/dev/null; then
  echo "No npm: the checks that are Node packages will be skipped" >&2
  exit 0
fi
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then
  echo "Node.js $(node -v) is too old (18 is wanted): the checks that are Node packages will be skipped" >&2
  exit 0
fi
echo "Installing Node packages (tools/node)" >&2
if ! said=$(cd $at && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error 2>&1); then
  echo "$said" | tail -n 20 >&2
  grep -qE 'code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)' <<<"$said" || exit 1
  rm -rf $at/node_modules
  echo "The registry of Node packages cannot be reached: the checks that are Node packages will be skipped" >&2
  exit 0
fi
touch $at/node_modules/.installed
