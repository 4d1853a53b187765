#!/usr/bin/env python3
"""Checks an unpacked evidence package with nothing but Python's own library and openssl (3.0 or newer).

    python3 data/verify/verify.py FOLDER [FINGERPRINT ...]

FOLDER holds bagit.txt. FINGERPRINT is SHA-256 in hexadecimal of the log's key, of the seal's certificate or of the witness's key, known from
elsewhere (a contract, a website, a notary): never from the package itself.
Exit status 0: everything holds. 1: something does not, and is named.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FAULTS = []


def check(name, holds, detail=""):
    if not holds:
        FAULTS.append(name)
    if not holds or detail:
        print(("ok    " if holds else "WRONG ") + name + (": " + detail if detail else ""))


def openssl(*arguments, stdin=b""):
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True)


def manifest(folder, name):
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    check(name + " lists each file once", len({path for _, path in pairs}) == len(pairs))
    return {path: digest for digest, path in pairs}


def check_files(folder):
    """Every file is as the manifests say; none is missing, none was added."""
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    payload = {path for path in there if path.startswith("data/")}
    tags = {path for path in there - payload if not path.startswith("seal/")} - {"tagmanifest-sha256.txt"}
    for name, algorithm, files in (
        ("manifest-sha256.txt", "sha256", payload),
        ("manifest-sha512.txt", "sha512", payload),
        ("tagmanifest-sha256.txt", "sha256", tags),
    ):
        stated = manifest(folder, name)
        for path in sorted(files ^ stated.keys()):
            check(path, False, "added" if path in files else "removed")
        for path in sorted(files & stated.keys()):
            with open(folder / path, "rb") as file:
                digest = hashlib.file_digest(file, algorithm) if hasattr(hashlib, "file_digest") else hashlib.new(algorithm, file.read())
            check(path, digest.hexdigest() == stated[path], "" if digest.hexdigest() == stated[path] else "changed, says " + name)
    check("files", True, "%d files compared" % len(there))


def check_seal(folder):
    """The signature over the tag manifest. Whom its certificate belongs to is a matter of its fingerprint."""
    seal = folder / "seal/tagmanifest-sha256.txt.p7s"
    if not seal.is_file():
        check("seal", False, "there is none")
        return set()
    with tempfile.TemporaryDirectory() as room:
        signer = Path(room, "signer")
        done = openssl("cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", seal, "-content",
                       folder / "tagmanifest-sha256.txt", "-signer", signer, "-out", "/dev/null")
        certificates = signer.read_text() if done.returncode == 0 and signer.is_file() else ""
    # Those that signed, not those that merely lie beside: anybody can put another's certificate there.
    prints = set()
    for pem in re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", certificates, re.S):
        prints.add(hashlib.sha256(base64.b64decode(pem)).hexdigest())
    check("seal", done.returncode == 0, "certificate " + ", ".join(sorted(prints)))
    sm2 = folder / "seal/tagmanifest-sha256.txt.sm2sig"
    if sm2.is_file():
        with tempfile.TemporaryDirectory() as room:
            key = Path(room, "key")
            key.write_bytes(openssl("x509", "-in", folder / "seal/sm2-cert.pem", "-pubkey", "-noout").stdout)
            done = openssl("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", key, "-pkeyopt",
                           "distid:1234567812345678", "-in", folder / "tagmanifest-sha256.txt", "-sigfile", sm2)
        check("SM2 seal", done.returncode == 0, "by the key of seal/sm2-cert.pem")
    return prints


def leaf_of(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def parent(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_by_path(leaf, index, size, path):
    """The root that a path leads to (RFC 9162 2.1.3.2)."""
    if index >= size:
        raise ValueError("the place is outside of the log")
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ValueError("the path is too long")
        if node & 1 or node == last:
            value = parent(sibling, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = parent(value, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the path is too short")
    return value


def consistent(old, old_root, size, root, proof):
    """Whether the tree of `old` entries begins the tree of `size` (RFC 9162 2.1.4.2)."""
    if old == size:
        return not proof and old_root == root
    if not 0 < old < size or not proof and old & (old - 1):
        return False
    if not old & (old - 1):
        proof = [old_root, *proof]
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = proof[0]
    for value in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = parent(value, first), parent(value, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = parent(second, value)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == root


def signed_by(message, signature, key):
    """Whether the key of a file in PEM signed a message (Ed25519)."""
    with tempfile.TemporaryDirectory() as room:
        Path(room, "message").write_bytes(message)
        Path(room, "signature").write_bytes(signature)
        return openssl("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", Path(room, "message"), "-sigfile",
                       Path(room, "signature")).returncode == 0


def opened(note, folder):
    """Size and root of a head that the log signed (C2SP signed-note, Ed25519)."""
    body, signatures = note.split("\n\n", 1)
    body = (body + "\n").encode()
    name = (folder / "data/log/log.vkey").read_text(encoding="utf-8").strip().split("+")[0]
    for line in signatures.splitlines():
        _, signer, signature = line.split(" ")
        if signer != name:
            continue
        if signed_by(body, base64.b64decode(signature)[4:], folder / "data/log/log.pub.pem"):
            _, size, root = body.decode().splitlines()[:3]
            return int(size), base64.b64decode(root)
    raise ValueError("the log did not sign it")


def check_heads(folder, size, root):
    log = folder / "data/log"
    for file in sorted([*log.glob("checkpoint.*"), *log.glob("anchors/*.checkpoint"), *log.glob("witness/*.checkpoint")]):
        old, old_root = opened(file.read_text(encoding="utf-8"), folder)
        proof = log / ("consistency-%d-%d.txt" % (old, size))
        lines = proof.read_text().split() if proof.is_file() else []
        check(file.name, consistent(old, old_root, size, root, [base64.b64decode(line) for line in lines]),
              "the log continues its head over %d entries" % old)


def check_witness(folder):
    """Heads that a witness signed, too (C2SP tlog-cosignature). Its key comes with them: it is worth what you know of it from elsewhere."""
    place, prints = folder / "data/log/witness", set()
    if not place.is_dir():
        return prints
    name, _, key = (place / "witness.vkey").read_text(encoding="utf-8").strip().split("+", 2)
    der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(key)[1:]
    with tempfile.TemporaryDirectory() as room:
        pem = Path(room, "key")
        pem.write_text("-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(der).decode())
        for file in place.glob("*.checkpoint"):
            body, signatures = file.read_text(encoding="utf-8").split("\n\n", 1)
            lines = [line.split(" ") for line in signatures.splitlines()]
            raw = [base64.b64decode(line[2]) for line in lines if line[1] == name]
            message = "cosignature/v1\ntime %d\n%s\n"
            holds = any(signed_by((message % (int.from_bytes(one[4:12], "big"), body)).encode(), one[12:], pem) for one in raw)
            check("witness/" + file.name, holds, "by %s, key %s" % (name, hashlib.sha256(der).hexdigest()))
    return {hashlib.sha256(der).hexdigest()}


def told(folder, size, root):
    """What the log's entry of the export says of the seal: it names this very tag manifest. None where there is no entry."""
    record, proof, grown = [folder / "seal" / name for name in ("seal.entry.json", "seal.tlog-proof", "seal.consistency.txt")]
    if not record.is_file():
        return None
    record = json.loads(record.read_text(encoding="utf-8"))
    text = proof.read_text(encoding="utf-8")
    note = text.split("\n\n", 1)[1]
    later, later_root = opened(note, folder)
    check_place(text, leaf_of(record["entry"].encode()), note, later, later_root)
    if not consistent(size, root, later, later_root, [base64.b64decode(line) for line in grown.read_text().split()]):
        raise ValueError("the log was forked after the package's head")
    details = disclosed(record).get("details", {})
    if details.get("manifest") != hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest():
        raise ValueError("the log's entry of the export is of another package")
    return details


def check_made(folder, size, root):
    """No manifest lists the files of seal/: what was to be there is signed in bag-info.txt, what was made the log says."""
    info = dict(line.split(": ", 1) for line in (folder / "bag-info.txt").read_text(encoding="utf-8").splitlines() if ": " in line)
    asked, made = int(info.get("Seal-Timestamps", 0)), told(folder, size, root)
    check("export entry", made is not None or "Seal-Timestamps" not in info, "" if made is not None else "it is not here")
    made = made or {}
    here = len(list((folder / "seal").glob("*.tsr")))
    given = int(made.get("stamps", asked))
    check("timestamps of the seal", here >= given, "" if here >= given else "removed: %d of %d are here" % (here, given))
    if given < asked:
        print("      of %d timestamps %d came: %s" % (asked, given, made.get("not_stamped_by", "")))
    sm2 = made.get("sm2", "true" if info.get("Seal-SM2") == "yes" else "false") == "true"
    there = (folder / "seal/tagmanifest-sha256.txt.sm2sig").is_file()
    check("SM2 seal", there or not sm2, "" if there or not sm2 else "it was made, and was removed")


def proof_of(folder, number, together, note):
    if number in together:
        return together[number] + note
    return (folder / "data/proofs" / (number + ".tlog-proof")).read_text(encoding="utf-8")


def check_place(text, leaf, note, size, root):
    head, under = text.split("\n\n", 1)
    header, index, *path = head.split("\n")
    if header != "c2sp.org/tlog-proof@v1" or under != note:
        raise ValueError("its proof leads elsewhere")
    index = int(index.removeprefix("index "))
    if root_by_path(leaf, index, size, [base64.b64decode(line) for line in path]) != root:
        raise ValueError("it does not stand in the log")
    return index


def decoded(disclosure):
    return json.loads(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))


def named(value):
    """The files that an original names, as often as it does: MD5 and size, in its objects and in the JSON texts in them."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return named(json.loads(value))
        except ValueError:
            return []
    if not isinstance(value, (dict, list)):
        return []
    found = [name for part in (value.values() if isinstance(value, dict) else value) for name in named(part)]
    md5 = value.get("md5sum") if isinstance(value, dict) else None
    sizes = [value[key] for key in ("filesize", "voice_size", "imagesize") if key in value] if isinstance(md5, str) else []
    return found + [(md5.lower(), int(size)) for size in sizes if str(size).strip().isdecimal()]


def check_media(folder, number, original):
    """Each file of a message is one that its original names."""
    files = sorted((folder / "data/media").glob(number + "-*"))
    names = named(original.decode()) if files else []
    for file in files:
        content = file.read_bytes()
        name = hashlib.md5(content, usedforsecurity=False).hexdigest(), len(content)
        if name not in names:
            raise ValueError(file.name + " is no file that the message names")
        names.remove(name)


def disclosed(record):
    """The fields that are shown; each is a digest of the entry."""
    digests = set(json.loads(record["entry"])["_sd"])
    shown = {}
    for disclosure in record["disclosures"]:
        digest = base64.urlsafe_b64encode(hashlib.sha256(disclosure.encode()).digest()).decode().rstrip("=")
        if digest not in digests:
            raise ValueError("a disclosure is not one of the entry's")
        digests.remove(digest)
        _, name, value = decoded(disclosure)
        shown[name] = value
    return shown


def check_record(folder, number, file):
    """What is withheld is not shown; the original is the one that the entry commits to. Answers the leaf."""
    record = json.loads(file.read_text(encoding="utf-8"))
    shown, redacted = disclosed(record), record["redacted"]
    left = len(json.loads(record["entry"])["_sd"]) - len(shown)
    if any(redaction["field"] in shown for redaction in redacted) or len(redacted) > left:
        raise ValueError("what it calls withheld is not")
    content = b""
    for original in (folder / "data/raw").glob(number + ".*"):
        content = original.read_bytes()
        if shown["original"] != {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}:
            raise ValueError("its original is another")
    check_media(folder, number, content)
    return leaf_of(record["entry"].encode())


def check_records(folder, note, size, root):
    together = {}
    for file in (folder / "data/proofs").glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            together[one["record"]] = one["proof"]
    files = sorted([*(folder / "data/records").glob("*.json"), *(folder / "data/tombstones").glob("*.json")],
                   key=lambda file: file.name)
    last = -1
    for place, file in enumerate(files, 1):
        try:
            if file.stem != "%06d" % place:
                raise ValueError("a record is missing before it")
            if file.parent.name == "tombstones":
                leaf = bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))["leaf"])
            else:
                leaf = check_record(folder, file.stem, file)
            index = check_place(proof_of(folder, file.stem, together, note), leaf, note, size, root)
            if index <= last:
                raise ValueError("it is out of order")
            last = index
        except (ValueError, KeyError, TypeError, OSError) as error:
            check("record " + file.stem, False, str(error))
    info = (folder / "bag-info.txt").read_text(encoding="utf-8")
    check("records", "\nItems: %d\n" % len(files) in info, "%d stand in the log over %d entries" % (len(files), size))


def main(arguments):
    folder = Path(arguments[0])
    check_files(folder)
    prints = check_seal(folder)
    key = openssl("pkey", "-pubin", "-in", folder / "data/log/log.pub.pem", "-outform", "DER").stdout
    prints.add(hashlib.sha256(key).hexdigest())
    print("      log key " + hashlib.sha256(key).hexdigest())
    try:
        note = (folder / "data/log/checkpoint").read_text(encoding="utf-8")
        size, root = opened(note, folder)
        check("checkpoint", True, "signed by the log over %d entries" % size)
        check_heads(folder, size, root)
        prints |= check_witness(folder)
        check_records(folder, note, size, root)
        check_made(folder, size, root)
    except (ValueError, KeyError, TypeError, OSError) as error:
        check("log", False, str(error))
    for given in arguments[1:]:
        check("fingerprint " + given, given.replace(":", "").lower() in prints, "as given")
    print("NOT IN ORDER: %d faults" % len(FAULTS) if FAULTS else "everything holds")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
