#!/usr/bin/env python3
"""Checks proofs that Xinju exported, with programs that we did not write.

    verify_proofs.py DIR

DIR holds what anybody can ask the archive for:
    log.vkey                    the log's public key, as a verifier key line (C2SP signed-note)
    checkpoint                  the newest signed checkpoint (C2SP tlog-checkpoint)
    checkpoint.N                an older one over N entries, any number of them
    consistency-N-M.txt         the proof that the tree of N entries begins the tree of M, a base64 hash a line (RFC 6962 2.1.2)
    NAME.tlog-proof             the proof of a record (C2SP tlog-proof@v1)
    NAME.entry.json             {"entry": exact text, "disclosures": [...]} of the same record
    NAME.original               the record's original bytes, where they were exported too

Signatures are checked by tlog-scales and by openssl, paths and consistency by tlog-scales, disclosures by sd-jwt. Each kind of
evidence is also bent, and the verifier has to refuse it: one that accepts everything proves nothing.
The last line is "N passed, N failed"; the exit status is 1 when anything failed, also when there was nothing to check.
"""

import base64
import dataclasses
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier
from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, ConsistencyProof, InclusionProof

# SubjectPublicKeyInfo of an Ed25519 key is this and the 32 bytes of the key (RFC 8410 4).
ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")
# sd-jwt checks signed tokens only; ours are signed by this key, which is nobody's.
ISSUER = JWK.generate(kty="EC", crv="P-256")


class Tally:
    """What passed and what failed."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def accepts(self, name, check):
        """`check` has to return."""
        try:
            check()
        except Exception as error:  # noqa: BLE001 - every refusal counts, whatever its type
            self.failed += 1
            print(f"FAIL {name}: refused: {error!r}")
        else:
            self.passed += 1
            print(f"ok   {name}")

    def refuses(self, name, check):
        """`check` has to raise."""
        try:
            check()
        except Exception:  # noqa: BLE001 - see above
            self.passed += 1
            print(f"ok   {name}: refused, as it must be")
        else:
            self.failed += 1
            print(f"FAIL {name}: accepted")


def bent(data, at=0):
    """The same bytes with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def b64(line):
    return base64.b64decode(line, validate=True)


@dataclasses.dataclass
class Proof:
    """A tlog-proof file, read by its description alone."""

    index: int
    path: list
    checkpoint: str

    @classmethod
    def read(cls, file):
        head, checkpoint = file.read_text(encoding="utf-8").split("\n\n", 1)
        header, *lines = head.split("\n")
        if header != "c2sp.org/tlog-proof@v1":
            raise ValueError(f"{file}: unknown header {header!r}")
        if lines and lines[0].startswith("extra "):
            lines.pop(0)
        index = re.fullmatch(r"index (0|[1-9][0-9]*)", lines.pop(0))
        if index is None:
            raise ValueError(f"{file}: no index")
        return cls(int(index[1]), [b64(line) for line in lines], checkpoint)


def check_checkpoint(tally, name, text, vkey):
    """Signed by the log, says tlog-scales, and says openssl, which knows nothing of logs."""
    checkpoint = Checkpoint.from_text(text)
    tally.accepts(f"{name}: signature (tlog-scales)", lambda: checkpoint.verify(vkey))
    larger = dataclasses.replace(checkpoint, size=checkpoint.size + 1)
    tally.refuses(f"{name}: another size", lambda: larger.verify(vkey))
    other = dataclasses.replace(checkpoint, root_hash=bent(checkpoint.root_hash))
    tally.refuses(f"{name}: another root", lambda: other.verify(vkey))

    body = text.encode().split(b"\n\n")[0] + b"\n"
    signature = next(sig.payload for sig in checkpoint.signatures if vkey.match(sig))
    tally.accepts(f"{name}: signature (openssl)", lambda: openssl_verify(vkey.pubkey, body, signature))
    tally.refuses(f"{name}: another text (openssl)", lambda: openssl_verify(vkey.pubkey, bent(body), signature))
    return checkpoint


def openssl_verify(public, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        files = {"key": ED25519_SPKI + public, "message": message, "signature": signature}
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in message -sigfile signature"
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def check_record(tally, file, checkpoints, vkey):
    """The entry stands at its place under a checkpoint of the log, and discloses what it is shown to disclose."""
    name = file.name.removesuffix(".tlog-proof")
    proof = Proof.read(file)
    document = json.loads(file.with_name(f"{name}.entry.json").read_text(encoding="utf-8"))
    entry, disclosures = document["entry"].encode(), document["disclosures"]
    checkpoint = Checkpoint.from_text(proof.checkpoint)
    if checkpoint not in checkpoints:
        check_checkpoint(tally, f"{name}: checkpoint", proof.checkpoint, vkey)
        checkpoints.append(checkpoint)
    root = checkpoint.root_hash

    def inclusion(index=proof.index, path=proof.path, of=entry, under=root):
        InclusionProof(index, checkpoint.size, path).check(leaf_hash(of), under)

    tally.accepts(f"{name}: inclusion at {proof.index} of {checkpoint.size} (tlog-scales)", inclusion)
    tally.refuses(f"{name}: the place after it", lambda: inclusion(index=proof.index + 1))
    tally.refuses(f"{name}: another root", lambda: inclusion(under=bent(root)))
    tally.refuses(f"{name}: another entry", lambda: inclusion(of=bent(entry, len(entry) // 2)))
    if proof.path:
        tally.refuses(f"{name}: a shorter path", lambda: inclusion(path=proof.path[:-1]))

    tally.accepts(f"{name}: {len(disclosures)} disclosures (sd-jwt)", lambda: check_disclosures(entry, disclosures))
    for number, disclosure in enumerate(disclosures):
        false = json.loads(decoded(disclosure))
        false[2] = "something else"
        others = [*disclosures[:number], encoded(json.dumps(false)), *disclosures[number + 1 :]]
        tally.refuses(f"{name}: another {false[1]}", lambda others=others: check_disclosures(entry, others))

    original = file.with_name(f"{name}.original")
    if original.exists():
        tally.accepts(f"{name}: original bytes", lambda: check_original(original.read_bytes(), disclosures))


def check_disclosures(entry, disclosures):
    """sd-jwt wants a signed token: the entry, byte for byte, is the payload of one that is thrown away."""
    token = JWS(entry)
    token.add_signature(ISSUER, alg="ES256", protected=json.dumps({"alg": "ES256"}))
    presentation = "~".join([token.serialize(compact=True), *disclosures, ""])
    payload = SDJWTVerifier(presentation, lambda _issuer, _header: ISSUER).get_verified_payload()
    shown = {name: value for _salt, name, value in (json.loads(decoded(one)) for one in disclosures)}
    own = {"rid", "typ", "v"}
    if {name: value for name, value in payload.items() if name not in own} != shown or not own <= payload.keys():
        raise ValueError(f"the token shows {sorted(payload)}, the disclosures {sorted(shown)}")


def check_original(original, disclosures):
    values = {name: value for _salt, name, value in (json.loads(decoded(one)) for one in disclosures)}
    if values["original"] != {"sha256": hashlib.sha256(original).hexdigest(), "size": len(original)}:
        raise ValueError("the entry commits to other bytes")


def decoded(disclosure):
    return base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)).decode()


def encoded(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def check_consistency(tally, file, by_size):
    old, new = (by_size[int(size)] for size in re.fullmatch(r"consistency-(\d+)-(\d+)\.txt", file.name).groups())
    proof = ConsistencyProof(old.size, new.size, [b64(line) for line in file.read_text(encoding="ascii").split()])
    name = f"consistency of {old.size} and {new.size}"
    tally.accepts(f"{name} (tlog-scales)", lambda: proof.check(old.root_hash, new.root_hash))
    tally.refuses(f"{name}: another old root", lambda: proof.check(bent(old.root_hash), new.root_hash))
    tally.refuses(f"{name}: another new root", lambda: proof.check(old.root_hash, bent(new.root_hash)))
    moved = dataclasses.replace(proof, old_size=old.size + 1)
    tally.refuses(f"{name}: another old size", lambda: moved.check(old.root_hash, new.root_hash))


def main(folder):
    tally = Tally()
    vkey = Vkey.from_string((folder / "log.vkey").read_text(encoding="utf-8").strip())
    files = [folder / "checkpoint", *sorted(folder.glob("checkpoint.*"))]
    checkpoints = [check_checkpoint(tally, file.name, file.read_text(encoding="utf-8"), vkey) for file in files]
    proofs = sorted(folder.glob("*.tlog-proof"))
    for file in proofs:
        check_record(tally, file, checkpoints, vkey)
    consistency = sorted(folder.glob("consistency-*.txt"))
    by_size = {checkpoint.size: checkpoint for checkpoint in checkpoints}
    for file in consistency:
        check_consistency(tally, file, by_size)
    if not proofs or not consistency:
        tally.failed += 1
        print("FAIL there is no proof of a record or no proof of consistency to check")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: verify_proofs.py DIR")
    sys.exit(main(Path(sys.argv[1])))
