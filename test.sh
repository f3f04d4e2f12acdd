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
cargo build --release -p zhenxin
sh tools/browser/run.sh target/release/zhenxin

say "character tables are as their generator writes them"
cargo run --quiet --release --manifest-path tools/character-table/Cargo.toml
git diff --exit-code -- knowledge/character
if [ -f ../shared/data/gold_train.tsv ]; then
    say "the model is as its trainer writes it"
    cargo run --quiet --release -p trainer -- knowledge ../shared/data
    git diff --exit-code -- knowledge/model
fi
say "all passed"
