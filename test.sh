#!/bin/sh
# Runs every test of the repository, and installs by itself what they need.
# Usage: sh test.sh
set -eu
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$1"; }

need_package() {
    # $1 command, $2 Debian package
    command -v "$1" >/dev/null 2>&1 && return 0
    if command -v apt-get >/dev/null 2>&1; then
        say "installing $2"
        apt-get update -qq && apt-get install -y -qq "$2"
    else
        echo "缺少 $1：请先安装它（Debian 上是 $2 软件包）。 / $1 is missing: install it first (Debian package $2)." >&2
        exit 1
    fi
}

need_package cc gcc
need_package git git
# Evidence is also checked with other people's tools.
need_package openssl openssl
need_package ssh-keygen openssh-client
need_package python3 python3
if ! target/bagit/bin/python -c 'import bagit' 2>/dev/null; then
    say "installing bagit.py into target/bagit"
    python3 -m venv target/bagit || { rm -rf target/bagit; need_package python3-venv python3-venv; python3 -m venv target/bagit; }
    target/bagit/bin/pip install --quiet --disable-pip-version-check bagit==1.9.0 ||
        echo "没有装上 bagit.py，少一个核对程序，其余照常。 / bagit.py could not be installed: one checker less, the rest goes on." >&2
fi
if target/bagit/bin/python -c 'import bagit' 2>/dev/null; then
    export PYTHON_WITH_BAGIT="$PWD/target/bagit/bin/python"
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo "缺少 Rust 1.95 或更新版本：请按 https://rustup.rs 安装。 / Rust 1.95 or newer is missing: install it by https://rustup.rs." >&2
    exit 1
fi

if cargo fmt --version >/dev/null 2>&1; then
    say "formatting"
    cargo fmt --all --check
fi
if cargo clippy --version >/dev/null 2>&1; then
    say "lints"
    cargo clippy --release --workspace --all-targets -- -D warnings
fi
say "tests"
cargo test --release --workspace
say "times do not depend on where the computer stands"
for zone in Asia/Shanghai America/New_York; do
    # The whole workspace, so that nothing is built anew.
    TZ="$zone" cargo test --quiet --release --workspace --test intake --test inbox --test remedy --test reader
done

say "pages in a real browser, the API from its description"
cargo build --release -p zhenxin -p verify
sh tools/browser/run.sh target/release/zhenxin

if [ "$(uname -s)" = Linux ]; then
    say "the verifier in one file says the same"
    folder="$(mktemp -d)"
    trap 'rm -rf "$folder"' EXIT
    sh tools/static-verifier.sh "$folder/verify"
    evidence() { XDG_DATA_HOME="$folder" target/release/zhenxin evidence "$@"; }
    evidence init --sheet "$folder/sheet.txt"
    evidence add --text "这是一条用来核对的短信"
    evidence export -o "$folder/export"
    for expected in 3 1; do
        status=0 alone=0
        target/release/zhenxin-verify "$folder/export" >"$folder/said" || status=$?
        env -i "$folder/verify" "$folder/export" >"$folder/said-alone" || alone=$?
        cmp "$folder/said" "$folder/said-alone"
        [ "$status" = "$expected" ] && [ "$alone" = "$expected" ]
        printf x >>"$folder/export/bag-info.txt"
    done
fi

say "character tables are as their generator writes them"
cargo run --quiet --release --manifest-path tools/character-table/Cargo.toml
git diff --exit-code -- knowledge/character
if [ -f ../shared/data/gold_train.tsv ]; then
    say "the model is as its trainer writes it"
    cargo run --quiet --release -p trainer -- knowledge ../shared/data
    git diff --exit-code -- knowledge/model
fi
say "all passed"
