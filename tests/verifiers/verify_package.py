#!/usr/bin/env python3
"""Checks an unpacked evidence package with programs that we did not write.

    verify_package.py DIR [SEAL_ROOT [TSA_ROOT]]

DIR holds bagit.txt; the roots are certificates (PEM) that a court gets from elsewhere. Without them, and for the keys, the package stands
for itself. Files are checked by bagit.py, sha256sum and openssl, the seals by openssl cms and pkeyutl, stamps by openssl ts, signed heads by
tlog-scales and openssl pkeyutl, records and consistency by tlog-scales and Go's sumdb, disclosures by sd-jwt, the report by qpdf and poppler.
The last line is "N passed, N failed".
"""

import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import bagit
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof
from verify_proofs import Proof, Tally, b64, check_disclosures, check_original, openssl_verify

SEAL = "seal/tagmanifest-sha256.txt.p7s"
SM2 = "seal/tagmanifest-sha256.txt.sm2sig"
MANIFESTS = ("sha256", "sha512")


class Trust:
    """What is compared with the package and comes from elsewhere; without roots, from the package as it was made."""

    def __init__(self, folder, room, seal_root=None, tsa_root=None):
        self.key = folder / "data/log/log.vkey"
        self.vkey = Vkey.from_string(self.key.read_text(encoding="utf-8").strip())
        self.seal, self.tsa = seal_root or room / "seal.pem", tsa_root
        if seal_root is None:
            run(folder, "openssl", "pkcs7", "-inform", "DER", "-in", SEAL, "-print_certs", "-out", self.seal)
        self.sm2 = room / "sm2.pub" if (folder / SM2).exists() else None
        if self.sm2:
            run(folder, "openssl", "x509", "-in", "seal/sm2-cert.pem", "-pubkey", "-noout", "-out", self.sm2)
        self.sumdb = room / "sumdb"
        run(room, "go", "build", "-o", self.sumdb, Path(__file__).resolve().parent / "sumdb.go")


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        raise ValueError((done.stderr or done.stdout).decode(errors="replace").strip()[-300:])
    return done.stdout.decode(errors="replace")


def check_bag(folder, _trust):
    bagit.Bag(str(folder)).validate()


def check_sums(folder, _trust):
    run(folder, "sha256sum", "-c", "--quiet", "tagmanifest-sha256.txt")
    run(folder, "sha256sum", "-c", "--quiet", "manifest-sha256.txt")
    run(folder, "sha512sum", "-c", "--quiet", "manifest-sha512.txt")


def sm3_sums(folder, names):
    """What openssl says, a hundred files a time."""
    sums = {}
    for start in range(0, len(names), 100):
        for line in run(folder, "openssl", "dgst", "-sm3", "-r", *names[start : start + 100]).splitlines():
            digest, name = line.split(maxsplit=1)
            sums[name.removeprefix("*")] = digest
    return sums


def check_sm3(folder, _trust):
    lines = (folder / "sm3sum.txt").read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    if sm3_sums(folder, list(listed)) != listed:
        raise ValueError("a file has another SM3")


def check_seal(folder, trust):
    content = ["-in", SEAL, "-content", "tagmanifest-sha256.txt", "-CAfile", trust.seal]
    options = ["-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"]
    run(folder, "openssl", "cms", "-verify", *options, *content)


def check_sm2(folder, trust):
    if trust.sm2:
        identity = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
        files = ["-inkey", trust.sm2, "-in", "tagmanifest-sha256.txt", "-sigfile", SM2]
        run(folder, "openssl", "pkeyutl", "-verify", "-pubin", *identity, *files)
        own = run(folder, "openssl", "x509", "-in", "seal/sm2-cert.pem", "-pubkey", "-noout")
        if own != Path(trust.sm2).read_text(encoding="ascii"):
            raise ValueError("the certificate of the SM2 seal is another")


def check_stamps(folder, trust):
    """Over the seal and over every head that was stamped."""
    if trust.tsa:
        anchors = sorted((folder / "data/log/anchors").glob("*.checkpoint"))
        for data, token in [(folder / SEAL, folder / f"{SEAL}.tsr"), *((file, file.with_suffix(".tsr")) for file in anchors)]:
            run(folder, "openssl", "ts", "-verify", "-data", data, "-in", token, "-CAfile", trust.tsa)


def heads(folder):
    log = folder / "data/log"
    return [log / "checkpoint", *sorted(log.glob("checkpoint.*")), *sorted(log.glob("anchors/*.checkpoint"))]


def check_heads(folder, trust):
    for file in heads(folder):
        Checkpoint.from_text(file.read_text(encoding="utf-8")).verify(trust.vkey)


def check_heads_by_openssl(folder, trust):
    for file in heads(folder):
        text = file.read_text(encoding="utf-8")
        signatures = Checkpoint.from_text(text).signatures
        signature = next(sig.payload for sig in signatures if trust.vkey.match(sig))
        openssl_verify(trust.vkey.pubkey, text.encode().split(b"\n\n")[0] + b"\n", signature)


def records(folder):
    return sorted((folder / "data/records").glob("*.json"))


def check_records(folder, trust):
    """Every item that the package announces has a proof; a record's leads from its entry to the signed head."""
    head = Checkpoint.from_text((folder / "data/log/checkpoint").read_text(encoding="utf-8"))
    announced = int(re.search(r"^Items: (\d+)$", (folder / "bag-info.txt").read_text(encoding="utf-8"), re.MULTILINE)[1])
    found = len(records(folder)) + len(list((folder / "data/tombstones").glob("*.json")))
    if found != announced or found == 0:
        raise ValueError(f"{found} items, {announced} are announced")
    for file in records(folder):
        proof = Proof.read(folder / "data/proofs" / f"{file.stem}.tlog-proof")
        under = Checkpoint.from_text(proof.checkpoint)
        under.verify(trust.vkey)
        if under.root_hash != head.root_hash:
            raise ValueError(f"{file.stem} is proved under another head")
        entry = json.loads(file.read_text(encoding="utf-8"))["entry"].encode()
        InclusionProof(proof.index, under.size, proof.path).check(leaf_hash(entry), head.root_hash)


def check_shown(folder, _trust):
    for file in records(folder):
        record = json.loads(file.read_text(encoding="utf-8"))
        check_disclosures(record["entry"].encode(), record["disclosures"])
        for original in (folder / "data/raw").glob(f"{file.stem}.*"):
            check_original(original.read_bytes(), record["disclosures"])


def check_growth(folder, _trust):
    by_size = {}
    for file in heads(folder):
        head = Checkpoint.from_text(file.read_text(encoding="utf-8"))
        by_size[head.size] = head
    for file in sorted((folder / "data/log").glob("consistency-*.txt")):
        old, new = (by_size[int(size)] for size in re.fullmatch(r"consistency-(\d+)-(\d+)\.txt", file.name).groups())
        path = [b64(line) for line in file.read_text(encoding="ascii").split()]
        ConsistencyProof(old.size, new.size, path).check(old.root_hash, new.root_hash)


def check_by_go(folder, trust):
    """The same with the code that Go checks its modules with, which wants files under other names."""
    log = folder / "data/log"
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        shutil.copyfile(trust.key, room / "log.vkey")
        shutil.copyfile(log / "checkpoint", room / "checkpoint")
        for file in log.glob("anchors/*.checkpoint"):
            shutil.copyfile(file, room / f"checkpoint.{file.stem}")
        for file in [*log.glob("checkpoint.*"), *log.glob("consistency-*.txt")]:
            shutil.copyfile(file, room / file.name)
        for file in records(folder):
            shutil.copyfile(file, room / f"{file.stem}.entry.json")
            shutil.copyfile(folder / f"data/proofs/{file.stem}.tlog-proof", room / f"{file.stem}.tlog-proof")
        run(folder, trust.sumdb, room)


def check_report(folder, _trust):
    volumes = sorted((folder / "data").glob("report*.pdf"))
    if not volumes:
        raise ValueError("there is no report")
    name = re.search(r"^External-Identifier: (.+)$", (folder / "bag-info.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]
    for volume in volumes:
        run(folder, "qpdf", "--check", volume)
        for line in run(folder, "pdffonts", volume).splitlines()[2:]:
            # From the right: object and generation, uni, sub, emb.
            if line.split()[-5:-2] != ["yes", "yes", "yes"]:
                raise ValueError(f"a typeface is not inside: {line}")
        text = "".join(run(folder, "pdftotext", volume, "-").split())
        for words in ("电子数据证据报告", "不能证明的事项" if volume.name == "report.pdf" else "证据清单", "".join(name.split())):
            if words not in text:
                raise ValueError(f"{words} is not in {volume.name}")


CHECKS = {
    "files (bagit.py)": check_bag,
    "files (sha256sum, sha512sum)": check_sums,
    "files (openssl dgst -sm3)": check_sm3,
    "seal (openssl cms)": check_seal,
    "SM2 seal (openssl pkeyutl)": check_sm2,
    "timestamps (openssl ts)": check_stamps,
    "signed heads (tlog-scales)": check_heads,
    "signed heads (openssl pkeyutl)": check_heads_by_openssl,
    "every record under the head (tlog-scales)": check_records,
    "disclosures (sd-jwt) and originals": check_shown,
    "the log only grew (tlog-scales)": check_growth,
    "records and growth (Go's sumdb)": check_by_go,
    "report (qpdf, pdffonts, pdftotext)": check_report,
}


def main(folder, seal_root=None, tsa_root=None):
    logging.disable(logging.CRITICAL)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="xinju-package-") as temporary:
        trust = Trust(folder, Path(temporary), seal_root, tsa_root)
        for name, check in CHECKS.items():
            tally.accepts(name, lambda check=check: check(folder, trust))
        print(f"{len(records(folder))} records")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit("usage: verify_package.py DIR [SEAL_ROOT [TSA_ROOT]]")
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
