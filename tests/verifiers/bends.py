"""What somebody may do to an unpacked evidence package: each class of file changed, removed or swapped, and an attacker's lists and seal."""

import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path

from verify_package import MANIFESTS, SEAL, records, run, sm3_sums
from verify_proofs import decoded, encoded


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


def reseal(folder, *more):
    """And second: a seal with a key of one's own."""
    with tempfile.TemporaryDirectory() as room:
        key, certificate = Path(room, "key.pem"), Path(room, "certificate.pem")
        subject = ["-subj", "/CN=somebody else", "-days", "2"]
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        run(folder, "openssl", "req", "-x509", *curve, *subject, "-keyout", key, "-out", certificate)
        signer = ["-signer", certificate, "-inkey", key, "-md", "sha256"]
        run(folder, "openssl", "cms", "-sign", "-binary", "-cades", "-outform", "DER", *signer, "-in", "tagmanifest-sha256.txt", "-out", SEAL, *more)


def flip(file):
    """Changes one bit: in the middle, or at the end, where a stamp has its signature, and not a certificate that nobody needs."""
    data = bytearray(file.read_bytes())
    data[-1 if file.suffix == ".tsr" else len(data) // 2] ^= 1
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


def move_picture(folder):
    picture = first(folder, "data/media/*")
    number = next(file.stem for file in records(folder) if not picture.name.startswith(file.stem))
    picture.rename(picture.with_name(number + picture.name[len(number) :]))


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
    "data/media/*",
    "data/log/checkpoint",
    "data/log/log.vkey",
    "data/log/consistency-*.txt",
    "data/redactions.json",
    "data/report.pdf",
    "data/verify/verify.py",
    "data/custody/*",
    "data/environment/*",
    "data/audit/*",
    "data/completeness/*",
    "data/legal/*",
    "data/pki/*",
    "验证说明.txt",
    SEAL,
]
# No list names those of the seal: that they were to be there is said in what is sealed.
BESIDE = ["seal/*.sm2sig", "seal/*.p7s.tsr", "seal/sm2-cert.pem", "data/log/anchors/*.checkpoint", "data/log/anchors/*.tsr"]
DEEP = {
    "a record dropped with all its traces": drop_record,
    "a disclosure altered": alter_disclosure,
    "two records swapped": swap_records,
    "a head of a forked log": fork_head,
    "an original changed": lambda folder: flip(first(folder, "data/raw/*.*")),
    "a picture changed": lambda folder: flip(first(folder, "data/media/*")),
    "a picture removed": lambda folder: first(folder, "data/media/*").unlink(),
    "a picture given to another message": move_picture,
    "a page of the report changed": lambda folder: flip(folder / "data/report.pdf"),
}


def swap(copy, other, pattern):
    """Puts another package's file of the class in place of one; nothing where both are the same."""
    here, there = sorted(copy.glob(pattern)), sorted(other.glob(pattern))
    if not here or not there or here[0].read_bytes() == there[0].read_bytes():
        return False
    shutil.copyfile(there[0], here[0])
    return True


def fork_log(fork):
    """The signed head of a log that went another way, with its proofs of the same entries."""

    def change(copy):
        for name in ("data/log", "data/proofs"):
            shutil.rmtree(copy / name)
            shutil.copytree(fork / name, copy / name)

    return change


def fork_head_only(fork):
    return lambda copy: shutil.copyfile(fork / "data/log/checkpoint", copy / "data/log/checkpoint")


def mutations(folder, other, fork):
    """Names and what is done to a copy of the package; `other` is another package, `fork` one of a log that forked."""
    for pattern in CLASSES + BESIDE:
        if not sorted(folder.glob(pattern)):
            continue
        yield f"{pattern} changed", lambda copy, pattern=pattern: flip(first(copy, pattern))
        yield f"{pattern} removed", lambda copy, pattern=pattern: first(copy, pattern).unlink()
        yield f"{pattern} swapped", lambda copy, pattern=pattern: swap(copy, other, pattern)
    yield "a file added", lambda copy: (copy / "data/added.txt").write_text("x", encoding="ascii")
    deep = {
        **DEEP,
        "another package's picture": lambda copy: swap(copy, other, "data/media/*"),
        "another package's records, with their proofs": lambda copy: swap_all(copy, other),
        "a signed head of a forked log": fork_head_only(fork),
        "a signed head of a forked log, with its proofs": fork_log(fork),
    }
    for name, change in deep.items():

        def with_lists(copy, change=change):
            change(copy)
            remanifest(copy)

        def with_seal(copy, change=change):
            change(copy)
            remanifest(copy)
            reseal(copy)

        yield f"{name}, lists anew", with_lists
        yield f"{name}, lists and seal anew", with_seal
    yield "nothing, sealed by somebody else with the genuine certificate beside", reseal_beside


def swap_all(copy, other):
    record, proof = middle_record(copy), middle_record(other)
    shutil.copyfile(proof, record)
    shutil.copyfile(other / f"data/proofs/{proof.stem}.tlog-proof", copy / f"data/proofs/{record.stem}.tlog-proof")


def reseal_beside(copy):
    """A seal of one's own that carries the certificate of the organisation, too."""
    with tempfile.TemporaryDirectory() as room:
        genuine = Path(room, "genuine.pem")
        run(copy, "openssl", "pkcs7", "-inform", "DER", "-in", SEAL, "-print_certs", "-out", genuine)
        reseal(copy, "-certfile", genuine)
