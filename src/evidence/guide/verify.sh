#!/bin/sh
# Checks an unpacked evidence package with coreutils and openssl: files, seal, SM2 seal, timestamps. Run it in the folder that holds bagit.txt.
#   sh data/verify/verify.sh [seal-root.pem [tsa-root.pem]]
# Without the roots, which have to come from elsewhere, signatures are checked but nobody says whose they are.
# Exit status 0: everything holds. 1: something does not. 2: what is here holds, but a seal that was to be here is not.
set -u
wrong=0
say() { if [ "$1" -eq 0 ]; then echo "ok    $2"; else echo "WRONG $2"; wrong=1; fi; }
cd "$(dirname "$0")/../.." || exit 1
sha256sum -c --quiet tagmanifest-sha256.txt; say $? "tag manifest"
sha256sum -c --quiet manifest-sha256.txt; say $? "files by SHA-256"
sha512sum -c --quiet manifest-sha512.txt; say $? "files by SHA-512"
find data -type f | sort > "${TMPDIR:-/tmp}/xinju-there.$$"
cut -c67- manifest-sha256.txt | sort > "${TMPDIR:-/tmp}/xinju-listed.$$"
cmp -s "${TMPDIR:-/tmp}/xinju-there.$$" "${TMPDIR:-/tmp}/xinju-listed.$$"; say $? "no file added or removed"
rm -f "${TMPDIR:-/tmp}/xinju-there.$$" "${TMPDIR:-/tmp}/xinju-listed.$$"
seal=seal/tagmanifest-sha256.txt.p7s
if [ $# -ge 1 ]; then trust="-cades -CAfile $1 -purpose any"; else trust=-noverify; fi
# shellcheck disable=SC2086
openssl cms -verify -binary -inform DER -in $seal -content tagmanifest-sha256.txt $trust -out /dev/null 2>/dev/null
say $? "seal"
if [ -f seal/tagmanifest-sha256.txt.sm2sig ]; then
    key="${TMPDIR:-/tmp}/xinju-sm2.$$"
    openssl x509 -in seal/sm2-cert.pem -pubkey -noout > "$key"
    openssl pkeyutl -verify -rawin -digest sm3 -pubin -inkey "$key" -pkeyopt distid:1234567812345678 \
        -in tagmanifest-sha256.txt -sigfile seal/tagmanifest-sha256.txt.sm2sig > /dev/null 2>&1
    say $? "SM2 seal"
    rm -f "$key"
fi
if [ $# -ge 2 ]; then
    for stamp in "$seal.tsr" "$seal.2.tsr"; do
        [ -f "$stamp" ] || continue
        openssl ts -verify -data $seal -in "$stamp" -CAfile "$2" > /dev/null 2>&1; say $? "$stamp"
    done
fi
# No manifest lists the files of seal/. What was to be there stands in bag-info.txt, which the seal is over.
stated() { sed -n "s/^$1: //p" bag-info.txt; }
if [ -n "$(stated Seal-Timestamps)" ]; then
    for part in entry.json tlog-proof consistency.txt; do
        [ -f "seal/seal.$part" ]; say $? "seal/seal.$part is here"
    done
    asked=$(stated Seal-Timestamps)
    here=0
    for stamp in seal/*.tsr; do [ -f "$stamp" ] && here=$((here + 1)); done
    gone=0
    if [ "$here" -lt "$asked" ]; then gone=1; echo "NOT HERE: of $asked timestamps of the seal $here are here"; fi
    if [ "$(stated Seal-SM2)" = yes ] && [ ! -f seal/tagmanifest-sha256.txt.sm2sig ]; then gone=1; echo "NOT HERE: the SM2 seal"; fi
    if [ $gone -eq 1 ]; then
        echo "Somebody removed it, or it was never made: the log's entry of the export says which, and data/verify/verify.py reads it."
        [ $wrong -eq 0 ] && wrong=2
    fi
fi
exit $wrong
