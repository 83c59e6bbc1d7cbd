#!/bin/sh
# Make .venv and put the packages of requirements/<set>.txt into it, checked by hash.
# Usage: tools/setup.sh demo|dev        PYTHON=/path/to/python chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
wanted="requirements/$1.txt"

fail() {
    echo "$*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and ${PYTHON:-python3} is not that: install it, or name one with PYTHON=/path/to/python."
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

make_environment() {
    python=$(find_python)
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --allow-existing --python "$python" .venv
    elif has_venv "$python"; then
        "$python" -m venv .venv
    else
        series=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        fail "$python cannot make an environment, its venv module is missing: run 'apt-get install $series-venv' (as root) and try again."
    fi
}

install() {
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python .venv/bin/python "$@"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
    fi
}

# COUNTERFOIL_INSTALLER=pip does without uv.
uv=""
if [ "${COUNTERFOIL_INSTALLER:-uv}" = uv ]; then
    uv=$(command -v uv || true)
    # A shim of a version manager may be there and yet not work.
    [ -z "$uv" ] || "$uv" --version >/dev/null 2>&1 || uv=""
fi
free=$(df -Pk . | awk 'NR == 2 { print $4 }')
[ "$free" -gt 700000 ] || fail "The disk that holds $(pwd) has too little space: setting up needs 700 MB."
[ -w . ] || fail "This user may not write in $(pwd): clone the project to a folder of your own."
if ! is_new_enough .venv/bin/python; then
    make_environment
elif [ -z "$uv" ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # Made by uv, which leaves pip out, or by a setup that was stopped half-way.
    rm -rf .venv
    make_environment
fi
echo "Installing the packages of $wanted ..."
install --require-hashes -r "$wanted" || fail "The packages of $wanted could not be installed: see above for the reason; the network and the disk are the usual ones."
install --no-deps --editable . || fail "Counterfoil itself could not be installed: see above for the reason."
touch ".venv/ready-$1"
