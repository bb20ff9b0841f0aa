# Sourced by bin/run, bin/test and bin/bench: .venv from the locked requirements, made again only when they change.

unset PYTHONDONTWRITEBYTECODE # compiling everything anew would cost every start three seconds

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 \
            && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)."
}

# $1: run or test, the name of the lock in requirements/
make_environment() {
    lock="requirements/$1.txt"
    [ ! -e .venv ] || [ -w .venv ] || fail ".venv belongs to another user; remove it, or start as that user."
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
        python=$(find_python) || exit 1
        "$python" -c 'import ensurepip, venv' 2>/dev/null \
            || fail "$python lacks the venv module (Debian, Ubuntu: apt install python3-venv)."
        rm -rf .venv
        "$python" -m venv .venv || fail "Python could not make the environment .venv."
    fi
    wanted=$({ pwd; .venv/bin/python -V; cat "$lock" pyproject.toml; } | cksum)
    [ "$(cat ".venv/$1.stamp" 2>/dev/null)" = "$wanted" ] && return
    echo "Installing what $lock names into .venv ..." >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes --requirement "$lock" \
        && .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --no-deps --no-build-isolation --editable . \
        || fail "The packages could not be installed; what pip says is above."
    printf '%s\n' "$wanted" >".venv/$1.stamp"
}
