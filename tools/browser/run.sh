#!/bin/sh
# Tests the real server in a real Chromium, and its API from its description. Installs by itself what it needs.
# Usage: sh tools/browser/run.sh BINARY [PYTEST ARGUMENT…]      e.g. run.sh target/release/zhenxin test_check.py
set -eu
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "用法：sh tools/browser/run.sh 程序路径（先 cargo build --release） / usage: sh tools/browser/run.sh BINARY (cargo build --release first)" >&2
    exit 2
fi
binary=$(realpath "$1")
shift
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"

need_package() {
    # $1 Debian packages, $2 what is missing, in words
    if command -v apt-get >/dev/null 2>&1; then
        echo "== installing $1"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $1
    else
        echo "缺少 $2：请先安装（Debian 上是 $1）。 / $2 is missing: install it first (Debian: $1)." >&2
        exit 1
    fi
}

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ]; then
    need_package chromium Chromium
    chromium=$(command -v chromium)
fi
if ! command -v fc-list >/dev/null 2>&1 || ! fc-list | grep -qi 'Noto.*CJK'; then
    need_package "fontconfig fonts-noto-cjk" "Noto CJK"
fi
command -v python3 >/dev/null 2>&1 || need_package "python3 python3-venv" "Python 3"
place=$here/../../target/browser
if ! cmp -s "$here/requirements.txt" "$place/requirements.txt"; then
    echo "== installing Python packages into $place/venv"
    rm -rf "$place/venv"
    mkdir -p "$place"
    python3 -m venv "$place/venv" || { need_package python3-venv "python3-venv"; python3 -m venv "$place/venv"; }
    "$place/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$place/requirements.txt"
fi
export PYTHONDONTWRITEBYTECODE=1
tests() {
    "$place/venv/bin/python" -m pytest -p no:cacheprovider -q -rA --show-capture=no --rootdir "$here" --binary="$binary" --chromium="$chromium" "$@"
}
if [ $# -gt 0 ]; then
    tests "$@"
    exit
fi
# What measures time runs alone; the other files share the machine.
timed="test_connect.py test_hard.py test_look.py"
others=$(ls test_*.py | grep -vxF "$(echo $timed | tr ' ' '\n')")
tests -n 2 --dist loadfile $others
tests $timed
