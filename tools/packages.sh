#!/usr/bin/env bash
# Installs the Debian packages named that are not there yet. Without root: says which, and the command, and fails
# (with --optional: says that what needs it will be skipped, and goes on).
set -u
optional=no
if [ "${1:-}" = --optional ]; then optional=yes; shift; fi
command -v dpkg-query >/dev/null || { echo "Not a Debian system: install the counterparts of: $*" >&2; [ $optional = yes ]; exit; }
missing=()
for name in "$@"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0
command="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then
    command="sudo $command"
  elif [ $optional = yes ]; then
    echo "Not installed (what needs them is skipped): ${missing[*]}. As root: $command" >&2
    exit 0
  else
    echo "These Debian packages are needed and cannot be installed without root. Run:" >&2
    echo "    sudo $command" >&2
    exit 1
  fi
fi
echo "Installing Debian packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
if ! $command >/dev/null 2>&1; then
  ${command%%apt-get*}apt-get update -qq >/dev/null 2>&1
  if ! $command >&2; then
    echo "Could not install: ${missing[*]}" >&2
    [ $optional = yes ] && exit 0
    exit 1
  fi
fi
