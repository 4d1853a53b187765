#!/usr/bin/env python3
"""Checks an unpacked evidence package with programs that we did not write, and then copies of it that somebody bent.

    verify_package.py DIR

DIR holds bagit.txt. Key and certificate of the whole package stand for those that a court gets from elsewhere. Files are
checked by bagit.py and sha256sum, the seal by openssl cms, signed heads by tlog-scales and openssl pkeyutl, records and
consistency by tlog-scales, disclosures by sd-jwt, the report by qpdf and poppler. Each bent copy has to be refused by one of them.
The last line is "N passed, N failed".
"""

import hashlib
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
from verify_proofs import Proof, Tally, b64, check_disclosures, check_original, decoded, encoded, openssl_verify

SEAL = "seal/tagmanifest-sha256.txt.p7s"
MANIFESTS = ("sha256", "sha512")


class Trust:
    """What is compared with the package and comes from elsewhere: here, from the package as it was made."""

    def __init__(self, folder, room):
        self.vkey = Vkey.from_string((folder / "data/log/log.vkey").read_text(encoding="utf-8").strip())
        self.seal = room / "seal.pem"
        run(folder, "openssl", "pkcs7", "-inform", "DER", "-in", SEAL, "-print_certs", "-out", self.seal)


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
    "signed heads (tlog-scales)": check_heads,
    "signed heads (openssl pkeyutl)": check_heads_by_openssl,
    "every record under the head (tlog-scales)": check_records,
    "disclosures (sd-jwt) and originals": check_shown,
    "the log only grew (tlog-scales)": check_growth,
    "report (qpdf, pdffonts, pdftotext)": check_report,
}


def judge(folder, trust):
    """Raises what the first check says that refuses the package."""
    for check in CHECKS.values():
        check(folder, trust)


def remanifest(folder):
    """What an attacker does first: all lists of files made anew, as the package's own would be."""
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())

    def sums(algorithm, files):
        lines = [f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files]
        return "".join(lines)

    for algorithm in MANIFESTS:
        (folder / f"manifest-{algorithm}.txt").write_text(sums(algorithm, payload), encoding="utf-8")
    info = folder / "bag-info.txt"
    oxum = f"Payload-Oxum: {sum(path.stat().st_size for path in payload)}.{len(payload)}"
    info.write_text(re.sub(r"^Payload-Oxum: .*$", oxum, info.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    listed = re.findall(r"^\S+ +(.+)$", (folder / "sm3sum.txt").read_text(encoding="utf-8"), re.MULTILINE)
    sums_of = sm3_sums(folder, [name for name in listed if (folder / name).is_file()])
    lines = [f"{digest}  {name}\n" for name, digest in sums_of.items()]
    (folder / "sm3sum.txt").write_text("".join(lines), encoding="utf-8")
    tags = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("tagmanifest-")]
    (folder / "tagmanifest-sha256.txt").write_text(sums("sha256", tags), encoding="utf-8")


def reseal(folder):
    """And second: a seal with a key of one's own."""
    with tempfile.TemporaryDirectory() as room:
        key, certificate = Path(room, "key.pem"), Path(room, "certificate.pem")
        subject = ["-subj", "/CN=somebody else", "-days", "2"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        run(folder, "openssl", "req", "-x509", *curve, *subject, "-keyout", key, "-out", certificate)
        signer = ["-signer", certificate, "-inkey", key, "-md", "sha256"]
        run(folder, "openssl", "cms", "-sign", "-binary", "-cades", "-outform", "DER", *signer, "-in", "tagmanifest-sha256.txt", "-out", SEAL)


def flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def first(folder, pattern):
    return sorted(folder.glob(pattern))[0]


def middle_record(folder):
    all_records = records(folder)
    return all_records[len(all_records) // 2]


def drop_record(folder):
    """With all its traces, and one item less announced."""
    stem = middle_record(folder).stem
    for file in list((folder / "data").rglob(f"{stem}.*")) + list((folder / "data/media").glob(f"{stem}-*")):
        file.unlink()
    info = folder / "bag-info.txt"
    fewer = lambda found: f"Items: {int(found[1]) - 1}"  # noqa: E731 - said once
    info.write_text(re.sub(r"^Items: (\d+)$", fewer, info.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")


def alter_disclosure(folder):
    file = middle_record(folder)
    record = json.loads(file.read_text(encoding="utf-8"))
    said = json.loads(decoded(record["disclosures"][0]))
    said[2] = "something else"
    record["disclosures"][0] = encoded(json.dumps(said))
    file.write_text(json.dumps(record), encoding="utf-8")


def swap_records(folder):
    one, other = records(folder)[:2]
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def fork_head(folder):
    """The same signature under a tree of the same size with another root."""
    file = folder / "data/log/checkpoint"
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[2] = ("A" if lines[2][0] != "A" else "B") + lines[2][1:]
    file.write_text("\n".join(lines), encoding="utf-8")


CLASSES = [
    "bagit.txt",
    "bag-info.txt",
    "VERIFY.txt",
    "manifest-sha256.txt",
    "manifest-sha512.txt",
    "sm3sum.txt",
    "tagmanifest-sha256.txt",
    "data/records/*.json",
    "data/proofs/*.tlog-proof",
    "data/raw/*.*",
    "data/log/checkpoint",
    "data/log/log.vkey",
    "data/log/consistency-*.txt",
    "data/redactions.json",
    "data/report.pdf",
    "data/verify/verify.py",
    SEAL,
]
DEEP = {
    "a record dropped with all its traces": drop_record,
    "a disclosure altered": alter_disclosure,
    "two records swapped": swap_records,
    "a head of a forked log": fork_head,
    "an original changed": lambda folder: flip(first(folder, "data/raw/*.*")),
    "a page of the report changed": lambda folder: flip(folder / "data/report.pdf"),
}


def mutations(folder):
    """Names and what is done to a copy of the package."""
    for pattern in CLASSES:
        if sorted(folder.glob(pattern)):
            yield f"{pattern} changed", lambda copy, pattern=pattern: flip(first(copy, pattern))
            yield f"{pattern} removed", lambda copy, pattern=pattern: first(copy, pattern).unlink()
    yield "a file added", lambda copy: (copy / "data/added.txt").write_text("x", encoding="ascii")
    for name, change in DEEP.items():
        if change is DEEP["a page of the report changed"] and not (folder / "data/report.pdf").exists():
            continue  # that it is missing has been counted

        def with_lists(copy, change=change):
            change(copy)
            remanifest(copy)

        def with_seal(copy, change=change):
            change(copy)
            remanifest(copy)
            reseal(copy)

        yield f"{name}, lists made anew", with_lists
        yield f"{name}, lists and seal made anew", with_seal


def main(folder):
    logging.disable(logging.CRITICAL)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="xinju-package-") as temporary:
        room = Path(temporary)
        trust = Trust(folder, room)
        for name, check in CHECKS.items():
            tally.accepts(name, lambda check=check: check(folder, trust))

        copy = room / "copy"
        shutil.copytree(folder, copy)
        remanifest(copy)
        # An attacker's lists are as good as ours, or their refusal below would show nothing: only the seal can tell.
        tally.accepts("lists made anew fit their files", lambda: check_bag(copy, trust) or check_sums(copy, trust) or check_sm3(copy, trust))
        shutil.rmtree(copy)

        for name, change in mutations(folder):
            shutil.copytree(folder, copy)
            change(copy)
            tally.refuses(name, lambda: judge(copy, trust))
            shutil.rmtree(copy)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: verify_package.py DIR")
    sys.exit(main(Path(sys.argv[1]).resolve()))
