#!/bin/sh
# Times this repository's rates beside PyXIRR and numpy-financial on the same loan, in one run; installs those two first.
# Usage: sh tools/compare/money.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work="${CARGO_TARGET_DIR:-$root/target}/compare-money"
python3 -c 'import ensurepip, venv' 2>/dev/null || {
    echo "缺少 python3-venv：请先安装。 / python3-venv is missing: install it first." >&2
    exit 1
}
mkdir -p "$work"
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyxirr==0.10.8 numpy-financial==1.0.0 >&2
cargo run --quiet --release --manifest-path "$root/Cargo.toml" -p money --example money_bench
exec "$work/venv/bin/python" -B "$here/money.py"
