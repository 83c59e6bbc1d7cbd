#!/bin/sh
# Compile the hashed requirements from pyproject.toml: no addresses of a registry in them.
set -eu
cd "$(dirname "$0")/.."
compile() {
    name=$1
    shift
    uv pip compile pyproject.toml "$@" --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --annotation-style line \
        --output-file "requirements/$name.txt"
}
compile production
compile demo --extra embedded
compile dev --extra embedded --extra dev
