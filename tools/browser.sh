#!/bin/sh
# Make Chromium and a font available for the browser tests, where this user may.
set -eu
if [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..."
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-cjk >/dev/null 2>&1; then
        exit 0
    fi
    echo "Chromium could not be installed; the browser tests are skipped."
    exit 0
fi
echo "The browser tests are skipped: they need Chromium. Install it (Debian: apt-get install chromium fonts-dejavu-core), or set CHROMIUM to its path."
