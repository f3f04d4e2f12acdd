#!/bin/sh
# Compares zhenxin with other programs on the same rows, in one go; installs them first.
# Usage: sh tools/compare/run.sh [FBS_VERDICTS.jsonl GOLD_VERDICTS.jsonl]
# Without arguments it asks target/release/zhenxin, if built. ZHENXIN_DATA names the data's folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work="$root/target/compare"
data=${ZHENXIN_DATA:-$root/../shared/data}

fail() { echo "$1" >&2; exit 1; }

[ -f "$data/fbs_public.tsv" ] || fail "没有测量数据：请用 ZHENXIN_DATA 指出其目录。 / No measuring data: name its folder in ZHENXIN_DATA."
case $# in 0 | 2) ;; *) fail "用法 / usage: $0 [FBS_VERDICTS.jsonl GOLD_VERDICTS.jsonl]" ;; esac

missing=""
command -v sa-learn >/dev/null 2>&1 || missing="$missing spamassassin"
command -v rspamd >/dev/null 2>&1 || missing="$missing rspamd"
command -v c++ >/dev/null 2>&1 || missing="$missing g++"
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        apt-get update -qq >&2
        # shellcheck disable=SC2086  # a list of packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
    else
        fail "缺少（Debian 软件包名）：$missing。请先安装。 / Missing (named as Debian's packages):$missing. Install them first; on Debian: apt-get install$missing as root."
    fi
fi

mkdir -p "$work"
if ! cmp -s "$here/requirements.txt" "$work/venv/installed.txt"; then
    rm -rf "$work/venv"
    python3 -m venv "$work/venv"
    # Newer compilers no longer include <cstdint> by themselves, which fastText's source relies on.
    CXXFLAGS="-include cstdint" nice -n 19 "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$work/venv/installed.txt"
fi

if [ $# -eq 2 ]; then
    set -- --verdicts "$1" "$2"
elif [ -x "$root/target/release/zhenxin" ]; then
    set -- --binary "$root/target/release/zhenxin"
else
    echo "没有 target/release/zhenxin，只测其他程序。 / target/release/zhenxin is not built: comparing the others only." >&2
fi
# -B: no bytecode beside the sources. The seeds: SpamAssassin's Perl keeps its tokens in a hash, and order decides ties.
export PYTHONHASHSEED=0 PERL_HASH_SEED=0 PERL_PERTURB_KEYS=0
exec nice -n 19 "$work/venv/bin/python" -B "$here/compare.py" --data "$data" --results "$work/results.json" "$@"
