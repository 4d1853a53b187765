#!/usr/bin/env python3
"""Judges a package of a thousand records, sealed twice and stamped, with programs that we did not write.

    XINJU_BIN=target/debug/xinju tests/verifiers/sealed.py

Starts a demo of its own, gives it a certificate of an authority, an SM2 key and a timestamp authority, all of OpenSSL's, and exports
a package. openssl cms, pkeyutl and ts judge seals and stamps, sumdb.go the log, and verify_package.py all else. The last line is
"N passed, N failed".
"""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from stamps import PHRASE, SET, TRY, Authority, openssl, settings
from verify_package import CHECKS, Trust, flip, records
from verify_proofs import Tally

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import Demo  # noqa: E402  (it stands beside this folder)

# Somewhat more than a thousand messages of the demo hold it.
PACKAGED = "人均"
RECORDS_MIN = 1_000
MANIFEST = "tagmanifest-sha256.txt"
SEAL = f"seal/{MANIFEST}.p7s"
SM2_SEAL = f"seal/{MANIFEST}.sm2sig"
STAMP = f"{SEAL}.tsr"
DISTID = "1234567812345678"


def own_keys(room):
    """The organisation's key with a certificate of an authority, and an SM2 key; the files to import."""
    room.mkdir()
    (room / "phrase").write_text(PHRASE, encoding="utf-8")
    openssl(room, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root")
    openssl(room, "req -newkey rsa:3072 -nodes -keyout key.pem -out r.csr -subj /O=Example/CN=seal")
    openssl(room, "x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -out cert.pem")
    openssl(room, "pkcs12 -export -inkey key.pem -in cert.pem -certfile ca.pem -passout file:phrase -out common.p12")
    openssl(room, "req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 30 -subj /CN=other")
    openssl(room, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -aes256 -pass file:phrase -out sm2.key")
    request = "req -x509 -new -key sm2.key -passin file:phrase -sm3 -days 9 -subj /O=Example/CN=sm2 -out sm2.crt"
    openssl(room, f"{request} -sigopt distid:{DISTID}")
    (room / "sm2.pem").write_bytes((room / "sm2.key").read_bytes() + (room / "sm2.crt").read_bytes())
    openssl(room, "x509 -in sm2.crt -pubkey -noout -out sm2.pub")
    return [room / "common.p12", room / "sm2.pem"]


def xinju(folder, *words, **environment):
    """The real binary over the demo's folder; what it prints."""
    command = [os.environ["XINJU_BIN"], *words, "--data", folder / "data"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


def package(folder, keys):
    """The package, and the folder that it is unpacked to."""
    for file in keys:
        xinju(folder, "key", "seal", "import", file, XINJU_SEAL_PASSPHRASE=PHRASE)
    file = folder / "package.zip"
    xinju(folder, "evidence", "export", "--query", PACKAGED, "--out", file)
    with zipfile.ZipFile(file) as bag:
        bag.extractall(folder / "package")
    return file, next((folder / "package").iterdir())


def verified(file, fingerprint, status=0):
    """By our own program, without a data folder."""
    command = [os.environ["XINJU_BIN"], "evidence", "verify", file, "--trust", fingerprint.lower()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != status:
        raise ValueError(f"exit status {done.returncode}: {done.stdout[-300:]}")


def ran(folder, line):
    done = openssl(folder, line, check=False)
    if done.returncode:
        raise ValueError((done.stderr or done.stdout).strip()[-300:])


def check_seal(bag, root):
    options = "-verify -binary -cades -inform DER -purpose any -out /dev/null"
    ran(bag, f"cms {options} -in {SEAL} -content {MANIFEST} -CAfile {root}")


def check_sm2(bag, key):
    options = f"-verify -rawin -digest sm3 -pubin -pkeyopt distid:{DISTID}"
    ran(bag, f"pkeyutl {options} -inkey {key} -in {MANIFEST} -sigfile {SM2_SEAL}")


def check_stamp(bag, data, stamp, root):
    ran(bag, f"ts -verify -data {data} -in {stamp} -CAfile {root}")


def check_anchors(bag, root):
    stamps = sorted((bag / "data/log/anchors").glob("*.tsr"))
    if not stamps:
        raise ValueError("no head is stamped")
    for stamp in stamps:
        check_stamp(bag, stamp.with_suffix(".checkpoint"), stamp, root)


def check_sumdb(bag, room):
    """Go's own code over the log's files, the entries beside their proofs as sumdb.go wants them."""
    files = room / "files"
    files.mkdir()
    for file in (bag / "data/log").iterdir():
        if file.is_file():
            (files / file.name).write_bytes(file.read_bytes())
    for file in (bag / "data/log/anchors").glob("*.checkpoint"):
        (files / f"checkpoint.{file.stem}").write_bytes(file.read_bytes())
    for file in records(bag):
        name = f"{file.stem}.tlog-proof"
        (files / name).write_bytes((bag / "data/proofs" / name).read_bytes())
        (files / f"{file.stem}.entry.json").write_bytes(file.read_bytes())
    go = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "", "GOCACHE": str(room / "go")}
    command = ["go", "run", HERE / "sumdb.go", files]
    done = subprocess.run(command, env={**os.environ, **go}, capture_output=True, text=True, check=False)
    found = re.search(r"^(\d+) passed, 0 failed\n\Z", done.stdout, re.MULTILINE)
    if done.returncode or found is None or int(found[1]) < RECORDS_MIN:
        raise ValueError((done.stdout + done.stderr)[-300:])


def checks(tally, file, bag, folder, authority):
    room = folder / "keys"

    def enough():
        if len(records(bag)) < RECORDS_MIN:
            raise ValueError(f"{len(records(bag))} records")

    tally.accepts(f"{len(records(bag))} records are in it", enough)
    fingerprint = openssl(room, "x509 -in cert.pem -noout -fingerprint -sha256").stdout.strip().split("=")[1].replace(":", "")
    tally.accepts("xinju evidence verify", lambda: verified(file, fingerprint))
    tally.accepts("and not with another certificate", lambda: verified(file, "0" * 64, 3))
    tally.accepts("seal under the authority's root (openssl cms)", lambda: check_seal(bag, room / "ca.pem"))
    tally.refuses("seal under another root", lambda: check_seal(bag, room / "other.pem"))
    tally.accepts("SM2 with SM3 (openssl pkeyutl)", lambda: check_sm2(bag, room / "sm2.pub"))
    root = authority.folder / "ca.pem"
    tally.accepts("stamp over the seal (openssl ts)", lambda: check_stamp(bag, SEAL, STAMP, root))
    tally.refuses("stamp under another root", lambda: check_stamp(bag, SEAL, STAMP, room / "other.pem"))
    tally.refuses("stamp over another file", lambda: check_stamp(bag, MANIFEST, STAMP, root))
    tally.accepts("stamps over heads (openssl ts)", lambda: check_anchors(bag, root))
    tally.accepts("every record and the log's growth (Go's sumdb)", lambda: check_sumdb(bag, folder))
    trust = Trust(bag, folder)
    for name, check in CHECKS.items():
        # The seal was judged above under the root that it has here.
        if "openssl cms" not in name:
            tally.accepts(name, lambda check=check: check(bag, trust))
    flip(bag / SM2_SEAL)
    tally.refuses("an SM2 seal that is bent", lambda: check_sm2(bag, room / "sm2.pub"))
    flip(bag / MANIFEST)
    tally.refuses("a seal over another list", lambda: check_seal(bag, room / "ca.pem"))


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="xinju-sealed-") as temporary:
        folder = Path(temporary)
        authority = Authority(folder / "tsa", "rsa:2048")
        keys = own_keys(folder / "keys")
        demo = Demo(folder, "admin")
        try:
            demo.ask(SET, input=settings(authority))
            demo.ask(TRY)
            file, bag = package(folder, keys)
        finally:
            demo.stop()
        checks(tally, file, bag, folder, authority)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
