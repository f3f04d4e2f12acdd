#!/bin/sh
# 用系统自带的工具核对本文件夹：sha256sum、sha512sum、ssh-keygen、openssl 3.0 或更新版本。
# Checks this folder with stock tools. Usage: sh verify.sh [FINGERPRINT] [AUTHORITY.pem]
#   FINGERPRINT    持有人指纹 SHA256:…，从别的途径得到 / the holder's, received by another route
#   AUTHORITY.pem  您信任的时间戳机构证书 / the certificate of a time-stamp authority that you trust
# 退出码 exit code: 0 通过且有外部依据 passed, with something from outside; 1 被改动 changed;
#   2 读不了 unreadable; 3 没有被改动的迹象，但单凭本文件夹不能排除整个重做 nothing changed, but this folder alone
#   cannot exclude that it was made anew
set -u
export LC_ALL=C
case "${2:-}" in
'' | /*) authority=${2:-} ;;
*) authority=$(pwd)/$2 ;;
esac
cd "$(dirname "$0")" || exit 2
if [ ! -f bagit.txt ] || ! grep -q '^Evidence-Format: 1$' bag-info.txt 2>/dev/null; then
    echo "这不是本程序的导出，或版本不认识 / not an export, or of an unknown version"
    exit 2
fi
# A tool that is missing, or too old, accuses nobody.
lacking() {
    echo "缺少 $1，请先安装，或用 zhenxin-verify 核对 / $1 is missing: install it, or use zhenxin-verify"
    exit 2
}
for tool in sha256sum sha512sum ssh-keygen openssl; do
    command -v "$tool" >/dev/null 2>&1 || lacking "$tool"
done
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
printf abc >"$work/abc"
for sum in sha256sum sha512sum; do
    (cd "$work" && "$sum" abc >sums && "$sum" -c --strict --quiet sums) >/dev/null 2>&1 || lacking "$sum --strict (GNU coreutils)"
done
case "$(openssl dgst -sm3 "$work/abc" 2>/dev/null)" in
*66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0) ;;
*) lacking "openssl 3.0 (SM3)" ;;
esac
openssl pkeyutl -help 2>&1 | grep -q rawin || lacking "openssl 3.0 (pkeyutl -rawin)"
ssh-keygen -Y 2>&1 | grep -qiE 'unknown option|illegal option' && lacking "ssh-keygen 8.2 (-Y)"
bad=0
outside=0
variant=$(sed -n 's/^Evidence-Variant: //p' bag-info.txt)

result() {
    if [ "$1" = 0 ]; then echo "好 ok   $2"; else echo "坏 BAD  $2"; bad=1; fi
}

# Numbers from the folder are counted with, so they must be numbers: a shell evaluates what it counts with.
number() {
    case "$1" in
    '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;;
    esac
}

case "$variant" in
full) [ -d data/records ] ;;
masked) [ -z "$(find data/originals data/records -type f 2>/dev/null)" ] ;;
*) false ;;
esac
result $? "版本与内容一致 / the variant is what the folder holds: $variant"

# ---- lists
files() { find . \( -type f -o -type l \) | sed 's|^\./||' | sort; }
paths() { sed 's/^[0-9a-f]*  //' "$1" | sort; }
same() { cmp -s "$1" "$2"; }

[ -z "$(find . ! -type f ! -type d)" ] && ! files | grep -q '[^A-Za-z0-9._/-]'
result $? "只有普通文件，名字只有英文 / plain files with plain names only"
! cat manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt sm3sums.txt |
    grep -qvE '^[0-9a-f]{64,128}  [A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$' &&
    ! grep -qE '(^|[ /])\.\.?(/|$)' manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt sm3sums.txt
result $? "清单写法 / form of the lists"
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp -s - bagit.txt && [ ! -e fetch.txt ]
result $? "bagit.txt"
sha256sum -c --strict --quiet manifest-sha256.txt >/dev/null 2>&1
result $? "SHA-256 manifest-sha256.txt"
sha512sum -c --strict --quiet manifest-sha512.txt >/dev/null 2>&1
result $? "SHA-512 manifest-sha512.txt"
sha256sum -c --strict --quiet tagmanifest-sha256.txt >/dev/null 2>&1
result $? "SHA-256 tagmanifest-sha256.txt"
files | grep '^data/' >"$work/data"
files | grep -v '^data/' | grep -vxE 'tagmanifest-sha256\.txt(\.sig)?' >"$work/tags"
paths manifest-sha256.txt >"$work/m256"
paths manifest-sha512.txt >"$work/m512"
paths sm3sums.txt >"$work/sm3"
paths tagmanifest-sha256.txt >"$work/listed"
same "$work/data" "$work/m256" && same "$work/data" "$work/m512" && same "$work/data" "$work/sm3" &&
    same "$work/tags" "$work/listed"
result $? "文件不多不少 / no file too many or too few"
code=0
while read -r sum path; do
    [ "$(openssl dgst -sm3 -r "$path" 2>/dev/null | cut -c1-64)" = "$sum" ] || code=1
done <sm3sums.txt
result $code "SM3 sm3sums.txt"

# ---- signatures
# One key and no more: ssh-keygen would take any key of a longer list.
holder=$(cat keys/holder.pub)
[ "$(wc -l <keys/holder.pub)" -eq 1 ] && [ "$(wc -l <keys/allowed_signers)" -eq 1 ] &&
    printf '%s\n' "$holder" | cmp -s - keys/holder.pub && printf '%s\n' "$holder" | grep -qxE 'ssh-ed25519 [A-Za-z0-9+/]+=*'
result $? "只有一把持有人钥匙 / one key of the holder"
printf 'holder namespaces="evidence-export@v1" %s\n' "$holder" >"$work/signers"
sed '1d;$d' tagmanifest-sha256.txt.sig >"$work/armour"
[ "$(head -n 1 tagmanifest-sha256.txt.sig)" = "-----BEGIN SSH SIGNATURE-----" ] &&
    [ "$(tail -n 1 tagmanifest-sha256.txt.sig)" = "-----END SSH SIGNATURE-----" ] &&
    [ "$(tail -c 1 tagmanifest-sha256.txt.sig | od -An -tx1 | tr -d ' ')" = 0a ] &&
    ! grep -qv '^[A-Za-z0-9+/=]\{1,70\}$' "$work/armour" && ! sed '$d' "$work/armour" | grep -qvE '^.{70}$' &&
    same "$work/signers" keys/allowed_signers &&
    ssh-keygen -Y verify -f "$work/signers" -I holder -n evidence-export@v1 \
        -s tagmanifest-sha256.txt.sig <tagmanifest-sha256.txt >/dev/null 2>&1
result $? "持有人签名 / the holder's signature"
print=$(ssh-keygen -lf keys/holder.pub | cut -d' ' -f2)

base64_file() { printf '%s' "$1" | openssl base64 -d -A >"$2"; }
raw_key() { openssl pkey -pubin -in keys/log.pub.pem -outform DER | tail -c 32; }
note_ok() {
    # $1 a signed note
    sed '/^$/,$d' "$1" >"$work/body"
    base64_file "$(tail -n 1 "$1" | cut -d' ' -f3)" "$work/sig68"
    tail -c 64 "$work/sig68" >"$work/sig"
    name="zhenxin-evidence/$(raw_key | openssl dgst -sha256 -r | cut -c1-16)"
    [ "$(head -n 1 "$1")" = "$name" ] && [ "$(wc -l <"$1")" = 6 ] &&
        openssl pkeyutl -verify -pubin -inkey keys/log.pub.pem -rawin -in "$work/body" -sigfile "$work/sig" \
            >/dev/null 2>&1
}
note_ok log/checkpoint
result $? "日志签名 / the log's signature"
[ "$(ssh-keygen -i -m PKCS8 -f keys/log.pub.pem 2>/dev/null)" = "$(cat keys/log.pub)" ] ||
    [ "$(raw_key | openssl base64 -A)" = \
        "$(cut -d' ' -f2 keys/log.pub | openssl base64 -d -A | tail -c 32 | openssl base64 -A)" ]
result $? "两种写法是同一把日志钥匙 / both forms of the log key agree"

# ---- the tree (RFC 6962, RFC 9162 §2.1)
size=$(sed -n 2p log/checkpoint)
number "$size"
result $? "日志大小 / size of the log"
number "$size" || size=0
base64_file "$(sed -n 3p log/checkpoint)" "$work/root"
node() { printf '\001' | cat - "$1" "$2" | openssl dgst -sha256 -binary >"$work/node" && mv "$work/node" "$3"; }
inclusion_ok() {
    # $1 the proof; the leaf hash is in $work/r
    fn=$(sed -n 's/^index //p' "$1" | head -n 1)
    number "$fn" || return 1
    sn=$((size - 1))
    sed '/^$/,$d' "$1" | grep -vE '^(c2sp|extra |index )' >"$work/path"
    [ "$fn" -le "$sn" ] || return 1
    while read -r line; do
        [ "$sn" -gt 0 ] || return 1
        base64_file "$line" "$work/p"
        if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
            node "$work/p" "$work/r" "$work/r"
            while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
        else
            node "$work/r" "$work/p" "$work/r"
        fi
        fn=$((fn / 2)) sn=$((sn / 2))
    done <"$work/path"
    [ "$sn" = 0 ] && same "$work/r" "$work/root"
}
consistency_ok() {
    # $1 the note, $2 the proof (RFC 9162 §2.1.4.2)
    first=$(sed -n 2p "$1")
    number "$first" && [ "$first" -gt 0 ] && [ "$first" -le "$size" ] || return 1
    base64_file "$(sed -n 3p "$1")" "$work/old"
    [ "$(sed -n 1,3p "$2" | tr '\n' ' ')" = "zhenxin-evidence-consistency/1 old $first new $size " ] || return 1
    sed 1,3d "$2" >"$work/path"
    if [ "$first" = "$size" ]; then [ ! -s "$work/path" ] && same "$work/old" "$work/root"; return; fi
    fn=$((first - 1)) sn=$((size - 1))
    power=1
    while [ $power -lt "$first" ]; do power=$((power * 2)); done
    if [ $power = "$first" ]; then
        openssl base64 -A -in "$work/old" >"$work/whole"
        { cat "$work/whole"; echo; cat "$work/path"; } >"$work/path2"
    else
        cp "$work/path" "$work/path2"
    fi
    while [ $((fn % 2)) = 1 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    started=0
    while read -r line; do
        base64_file "$line" "$work/p"
        if [ $started = 0 ]; then
            cp "$work/p" "$work/fr"
            cp "$work/p" "$work/sr"
            started=1
            continue
        fi
        [ "$sn" -gt 0 ] || return 1
        if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
            node "$work/p" "$work/fr" "$work/fr"
            node "$work/p" "$work/sr" "$work/sr"
            while [ $((fn % 2)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
        else
            node "$work/sr" "$work/p" "$work/sr"
        fi
        fn=$((fn / 2)) sn=$((sn / 2))
    done <"$work/path2"
    [ $started = 1 ] && [ "$sn" = 0 ] && same "$work/fr" "$work/old" && same "$work/sr" "$work/root"
}

# ---- records
field() { grep -oE "\"$1\":\"?[0-9a-f]+" "$2" | head -n 1 | sed 's/.*[:"]//'; }
record=0
proof=0
before=none
largest=0
for number in $(sed -n 's/^Evidence-Numbers: //p' bag-info.txt); do
    from=${number%-*} to=${number#*-}
    # More numbers than files are there only to keep us busy.
    if ! number "$from" || ! number "$to" || [ "$to" -gt "$((from + $(files | wc -l)))" ]; then
        record=1
        proof=1
        continue
    fi
    while [ "$from" -le "$to" ]; do
        stem=$(printf %09d "$from")
        file=data/records/$stem.json
        path=log/$stem.tlog-proof
        if [ "$variant" = full ]; then
            if [ ! -f "$file" ] || [ "$(field seq "$file")" != "$from" ]; then record=1; fi
            if [ "$before" = $((from - 1)) ]; then
                last=$(sha256sum "data/records/$(printf %09d "$before").json" | cut -c1-64)
                [ "$(field prev "$file")" = "$last" ] || record=1
            fi
            original=$(ls data/originals/"$stem".* 2>/dev/null)
            sum=$(field sha256 "$file")
            if [ -n "$sum" ]; then
                [ "$(sha256sum "$original" 2>/dev/null | cut -c1-64)" = "$sum" ] &&
                    [ "$(openssl dgst -sm3 -r "$original" 2>/dev/null | cut -c1-64)" = "$(field sm3 "$file")" ] &&
                    [ "$(wc -c <"$original")" -eq "$(field size "$file")" ] || record=1
            else
                [ -z "$original" ] || record=1
            fi
            printf '\000' | cat - "$file" | openssl dgst -sha256 -binary >"$work/r"
        else
            base64_file "$(sed -n 's/^extra //p' "$path" | head -n 1)" "$work/r"
        fi
        [ "$(sed -n 's/^index //p' "$path" | head -n 1)" = "$from" ] &&
            sed '1,/^$/d' "$path" | cmp -s - log/checkpoint && inclusion_ok "$path" || proof=1
        before=$from
        [ "$from" -le "$largest" ] || largest=$from
        from=$((from + 1))
    done
done
[ "$variant" = full ] && result $record "记录与原件相符，前后相接 / records fit originals and follow each other"
result $proof "每条记录都在签名的日志里 / every record is in the signed log"

# ---- time-stamps
for reply in timestamps/*.tsr; do
    [ -f "$reply" ] || continue
    stem=${reply%.tsr}
    when=$(openssl ts -reply -in "$reply" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
    at=$(date -u -d "$when" +%s 2>/dev/null || date -u -j -f '%b %e %T %Y %Z' "$when" +%s 2>/dev/null)
    note_ok "$stem.note" && consistency_ok "$stem.note" "$stem.consistency" &&
        openssl ts -verify -data "$stem.note" -in "$reply" -CAfile "$stem.pem" -untrusted "$stem.pem" \
            -attime "${at:-0}" >/dev/null 2>&1
    code=$?
    result $code "时间戳 / time-stamp: $when"
    if [ -n "$authority" ] && [ $code = 0 ]; then
        openssl ts -verify -data "$stem.note" -in "$reply" -CAfile "$authority" -untrusted "$stem.pem" \
            -attime "${at:-0}" >/dev/null 2>&1
        code=$?
        result $code "时间戳由您指定的机构签发 / signed by the authority that you named"
        # An early stamp says nothing of what came later.
        below=$(sed -n 2p "$stem.note")
        [ $code = 0 ] && number "$below" && [ "$largest" -lt "$below" ] && outside=1
    fi
done

echo "持有人指纹 / holder's fingerprint: $print"
if [ -n "${1:-}" ]; then
    [ "$1" = "$print" ]
    result $? "与您给出的指纹相同 / it is the fingerprint that you gave"
    outside=1
fi
echo "本核对不能说明发送人是谁、内容是否属实。 / This does not show who sent it or whether it is true."
[ $bad = 0 ] || exit 1
if [ $outside = 0 ] || [ "$variant" = masked ]; then exit 3; fi
