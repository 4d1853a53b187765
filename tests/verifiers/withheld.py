#!/usr/bin/env python3
"""Withholds a field of the real binary's evidence, discloses it later, and lets sd-jwt, tlog-scales and openssl say that it fits.

    XINJU_BIN=target/debug/xinju tests/verifiers/withheld.py

Starts a demo of its own and asks it for the package of one conversation. Nothing of what is withheld may be in it, nor anything
of another conversation: words, salts, ids. The last line is "N passed, N failed".
"""

import base64
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from tlog_scales.signing import Vkey
from tlog_scales.tiles import leaf_hash
from tlog_scales.tlog import Checkpoint, InclusionProof
from verify_proofs import Proof, Tally, check_disclosures, check_original, decoded, encoded

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import Demo  # noqa: E402  (it stands beside this folder)

SECONDS_MAX = 120
# Shorter texts are said in many conversations.
LETTERS_MIN = 12
MESSAGES_MAX = 100
# The bytes as received hold the text, so that they go with it.
WITHHELD = {"content", "original"}
SEARCH = """query($words: String!) {
  search(query: $words, first: 50) { edges { node { id text conversation { id } original { base64 } } } }
}"""
MESSAGES = "query($id: ID!, $first: Int!) { conversation(id: $id) { messages(first: $first) { nodes { id text } } } }"
ASK = "mutation($input: AskPackageInput!) { askPackage(input: $input) { refusal package { id } } }"
STATE = "query($id: ID!) { package(id: $id) { state failure } }"


def entry(demo, message):
    """What the archive discloses of a message to who may read all of it."""
    return json.loads(demo.get(f"/api/messages/{message}/entry.json"))


def package(demo, message, folder):
    """The package of the message's conversation without the message's text, unpacked; its folder."""
    target = {"field": {"message": message["id"], "field": "content"}}
    wishes = {
        "selection": {"conversation": {"conversation": message["conversation"]["id"]}},
        "reason": "a check of what is withheld",
        "forum": {"kind": "COURT", "name": "", "abroad": False, "approvalNumber": ""},
        "withhold": [{"target": target, "code": "PRIVILEGE"}],
    }
    asked = demo.ask(ASK, input=wishes)["askPackage"]
    if asked["refusal"]:
        sys.exit(f"the package is refused: {asked['refusal']}")
    until = time.monotonic() + SECONDS_MAX
    while (state := demo.ask(STATE, id=asked["package"]["id"])["package"])["state"] != "READY":
        if state["failure"] or time.monotonic() > until:
            sys.exit(f"the package is not built: {state}")
        time.sleep(0.2)
    file = folder / "package.zip"
    file.write_bytes(demo.get(f"/api/packages/{asked['package']['id']}/file"))
    with zipfile.ZipFile(file) as bag:
        bag.extractall(folder / "package")
    return next((folder / "package").iterdir())


def report(bag):
    """The report's text without white space, which pdftotext puts where lines end."""
    volumes = sorted((bag / "data").glob("report*.pdf"))
    texts = [subprocess.run(["pdftotext", volume, "-"], check=True, capture_output=True, text=True).stdout for volume in volumes]
    return "".join("".join(texts).split()).encode()


def readable(bag):
    """All that stands in a package: names and bytes of its files, what its disclosures say, the report as text."""
    found = []
    for file in sorted(path for path in bag.rglob("*") if path.is_file()):
        data = file.read_bytes()
        found += [file.relative_to(bag).as_posix().encode(), data]
        if file.parent.name == "records":
            found += [decoded(one).encode() for one in json.loads(data)["disclosures"]]
    return b"\n".join([*found, report(bag)])


def traces(message, document):
    """By what a message would be known in a package: words, salts, disclosures, the entry's own id, the message's id."""
    yield "words", "".join(message["text"].split())
    yield "words", message["text"]
    yield "id", message["id"]
    yield "id", json.loads(document["entry"])["rid"]
    for disclosure in document["disclosures"]:
        yield "disclosure", disclosure
        yield "salt", json.loads(decoded(disclosure))[0]


def absent(seen, wanted):
    """Raises when one of the traces is there, or when there is nothing to look for."""
    wanted = list(wanted)
    if not wanted:
        raise ValueError("there is nothing to look for")
    for kind, trace in wanted:
        if trace.encode() in seen:
            raise ValueError(f"a {kind} is there: {trace}")


def digest(disclosure):
    """By openssl: what stands for a disclosure in an entry."""
    command = ["openssl", "dgst", "-sha256", "-binary"]
    raw = subprocess.run(command, input=disclosure.encode(), check=True, capture_output=True).stdout
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def check_place(bag, stem, of):
    """The entry stands under the head that the package leads to."""
    vkey = Vkey.from_string((bag / "data/log/log.vkey").read_text(encoding="utf-8").strip())
    proof = Proof.read(bag / "data/proofs" / f"{stem}.tlog-proof")
    head = Checkpoint.from_text(proof.checkpoint)
    head.verify(vkey)
    InclusionProof(proof.index, head.size, proof.path).check(leaf_hash(of), head.root_hash)


def fits(disclosure, text):
    """An openssl digest of the disclosure stands in the entry."""
    if digest(disclosure) not in json.loads(text)["_sd"]:
        raise ValueError("the entry does not commit to it")


def later(tally, bag, message, document):
    """What is withheld is not there, and fits the proof in the package when it is disclosed after all."""
    files = sorted((bag / "data/records").glob("*.json"))
    records = [(file.stem, json.loads(file.read_text(encoding="utf-8"))) for file in files]
    stem, record = next((stem, record) for stem, record in records if record["entry"] == document["entry"])
    text, shown = record["entry"], record["disclosures"]
    withheld = [one for one in document["disclosures"] if one not in shown]
    seen = readable(bag)

    def only():
        if {json.loads(decoded(one))[1] for one in withheld} != WITHHELD:
            raise ValueError(f"{len(withheld)} disclosures are withheld")

    tally.accepts("the text and the bytes that hold it are withheld, nothing else", only)
    secret = [("salt", json.loads(decoded(one))[0]) for one in withheld]
    secret += [("words", message["text"]), ("words", "".join(message["text"].split()))]
    tally.accepts("neither the text nor a salt is in the package", lambda: absent(seen, secret))
    tally.accepts("its place in the log holds without it (tlog-scales)", lambda: check_place(bag, stem, text.encode()))
    tally.accepts("what is shown holds without it (sd-jwt)", lambda: check_disclosures(text.encode(), shown))
    for one in withheld:
        name = json.loads(decoded(one))[1]
        tally.accepts(f"{name}, disclosed later, fits the entry (openssl)", lambda one=one: fits(one, text))
        false = json.loads(decoded(one))
        false[2] = {"kind": "text", "text": "something else"}
        bent = encoded(json.dumps(false))
        tally.refuses(f"another {name} (openssl)", lambda bent=bent: fits(bent, text))
        tally.refuses(f"another {name} (sd-jwt)", lambda bent=bent: check_disclosures(text.encode(), [*shown, bent]))
    tally.accepts("all together hold (sd-jwt)", lambda: check_disclosures(text.encode(), [*shown, *withheld]))
    original = base64.b64decode(message["original"]["base64"])
    tally.accepts("the bytes as received are those (sha256)", lambda: check_original(original, withheld))
    tally.refuses("other bytes as received", lambda: check_original(original + b" ", withheld))


def own_traces(bag):
    """A salt and the text of a message that the package shows."""
    for file in sorted((bag / "data/records").glob("*.json")):
        for salt, name, value in (json.loads(decoded(one)) for one in json.loads(file.read_text(encoding="utf-8"))["disclosures"]):
            words = "".join(value["text"].split()) if name == "content" and value["kind"] == "text" else ""
            if len(words) >= LETTERS_MIN:
                return salt, words
    return sys.exit("the package shows no text")


def leaks(tally, demo, bag, other):
    """Nothing of another conversation is in the package; the same look finds what is the package's own."""
    seen = readable(bag)
    salt, words = own_traces(bag)
    tally.refuses("a salt of its own looked for", lambda: absent(seen, [("salt", salt)]))
    tally.refuses("words of its own looked for in the report", lambda: absent(report(bag), [("words", words)]))
    messages = demo.ask(MESSAGES, id=other, first=MESSAGES_MAX)["conversation"]["messages"]["nodes"]
    wanted = [
        trace
        for message in messages
        for trace in traces(message, entry(demo, message["id"]))
        if trace[0] != "words" or len(trace[1]) >= LETTERS_MIN
    ]
    name = f"no word, salt or id of another conversation's {len(messages)} messages is there ({len(wanted)} traces)"
    tally.accepts(name, lambda: absent(seen, [*wanted, ("id", other)]))


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="xinju-withheld-") as temporary:
        demo = Demo(Path(temporary), "admin")
        try:
            found = [edge["node"] for edge in demo.ask(SEARCH, words="地铁")["search"]["edges"]]
            message = next(one for one in found if re.fullmatch(r".{20,}", one["text"]))
            other = next(one for one in found if one["conversation"]["id"] != message["conversation"]["id"])
            bag = package(demo, message, Path(temporary))
            later(tally, bag, message, entry(demo, message["id"]))
            leaks(tally, demo, bag, other["conversation"]["id"])
        finally:
            demo.stop()
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
