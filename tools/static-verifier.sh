#!/bin/sh
# Builds the verifier as one file that needs no library of the system it runs on (Linux).
# Usage: sh tools/static-verifier.sh OUTPUT
set -eu
output="${1:?Usage: sh tools/static-verifier.sh OUTPUT}"
case "$output" in
    /*) ;;
    *) output="$PWD/$output" ;;
esac
cd "$(dirname "$0")/.."
host="$(rustc -vV | sed -n 's/^host: //p')"
case "$host" in
    *-linux-*) ;;
    *)
        echo "这个脚本只用于 Linux；其他系统请用 cargo build --release -p verify。 / This script is for Linux; elsewhere use cargo build --release -p verify." >&2
        exit 2
        ;;
esac
folder="${CARGO_TARGET_DIR:-target}/static"
# With --target the flag is for the verifier, not for what runs while it is built.
RUSTFLAGS="-C target-feature=+crt-static" cargo build --release -p verify --target "$host" --target-dir "$folder"
cp "$folder/$host/release/zhenxin-verify" "$output"
