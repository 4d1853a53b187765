#!/usr/bin/env python3
"""Lets `openssl ts` stamp the heads of the real binary and check what was kept, and `openssl pkcs12` and `x509` make and name its sealing key.

    XINJU_BIN=target/debug/xinju tests/verifiers/stamps.py

Starts a demo of its own, and a timestamp authority behind http.server that can also lie. The last line is "N passed, N failed".
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import Demo  # noqa: E402  (it stands beside this folder)

CONFIGURATION = """[tsa]
default_tsa = a
[a]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
crypto_device = builtin
"""
SET = "mutation($input: SetStampsInput!) { setStamps(input: $input) { refusal } }"
TRY = "mutation { tryStamps { targets { fails fault waiting } } }"
STAMPS = "{ stamps { note token size entry } }"
PHRASE = "a phrase 口令"


def openssl(folder, line, check=True):
    command = ["openssl", *line.split()]
    return subprocess.run(command, cwd=folder, check=check, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Authority:
    """A timestamp authority of OpenSSL's; `twist` changes how it answers."""

    def __init__(self, folder, key):
        self.folder, self.twist, self.kept = folder, None, None
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIGURATION, encoding="ascii")
        (folder / "serial").write_text("01\n", encoding="ascii")
        extensions = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,timeStamping\n"
        (folder / "ext").write_text(extensions, encoding="ascii")
        openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root")
        openssl(folder, f"req -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=tsa")
        sign = "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext"
        openssl(folder, f"{sign} -days 20 -out tsa.pem")
        openssl(folder, f"{sign} -days -1 -out expired.pem")
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["content-length"]))
                status, kind, answer = authority.answer(self.headers["content-type"], query)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, kind, query):
        good = "application/timestamp-reply"
        if kind != "application/timestamp-query" or self.twist == "status":
            return 500, "text/plain", b""
        if self.twist == "replay":
            return 200, good, self.kept
        if self.twist == "large":
            return 200, good, b"0" * 1_000_000
        (self.folder / "query").write_bytes(query)
        # With the chain, whose certificates OpenSSL writes in the order of the file and not sorted.
        signer = "expired.pem" if self.twist == "expired" else "tsa.pem"
        reply = f"ts -reply -config tsa.cnf -queryfile query -signer {signer} -inkey tsa.key -chain ca.pem -out answer"
        openssl(self.folder, reply)
        self.kept = (self.folder / "answer").read_bytes()
        return 200, "text/html" if self.twist == "kind" else good, self.kept

    def root(self):
        return (self.folder / "ca.pem").read_text(encoding="ascii")


def settings(*authorities, policy=""):
    each = [
        {"name": f"TSA {place}", "url": one.url, "root": one.root(), "policy": policy}
        for place, one in enumerate(authorities)
    ]
    return {"authorities": each, "proxy": "", "intervalMinutes": 60}


def stamps(demo, authorities):
    """Tokens of both kinds of key, checked by `openssl ts` over the heads that were kept with them."""
    yield "both authorities are taken", demo.ask(SET, input=settings(*authorities))["setStamps"]["refusal"], None
    targets = demo.ask(TRY)["tryStamps"]["targets"]
    yield "both stamp", [(one["fails"], one["waiting"]) for one in targets], [(False, 0), (False, 0)]
    kept = demo.ask(STAMPS)["stamps"]
    yield "both stamps are kept", len(kept), 2
    for authority, stamp in zip(authorities, reversed(kept)):
        (authority.folder / "head").write_text(stamp["note"], encoding="utf-8")
        (authority.folder / "kept").write_bytes(base64.b64decode(stamp["token"]))
        verdict = openssl(authority.folder, "ts -verify -data head -in kept -CAfile ca.pem", check=False)
        yield "openssl ts accepts what was kept", "Verification: OK" in verdict.stdout, True
        (authority.folder / "head").write_text(stamp["note"] + " ", encoding="utf-8")
        verdict = openssl(authority.folder, "ts -verify -data head -in kept -CAfile ca.pem", check=False)
        yield "and not over another head", verdict.returncode != 0, True


def lies(demo, authority, other):
    """Each fault is said and nothing is kept."""
    before = len(demo.ask(STAMPS)["stamps"])
    for twist, words in [
        ("status", "status 500"),
        ("kind", "text/html"),
        ("large", "larger than any stamp"),
        ("replay", "over something else"),
        ("expired", "not valid at the moment"),
    ]:
        authority.twist = twist
        demo.ask(SET, input=settings(authority))
        fault = demo.ask(TRY)["tryStamps"]["targets"][0]["fault"] or ""
        yield f"{twist} is said", words in fault or fault, True
    authority.twist = None
    demo.ask(SET, input=settings(authority, policy="1.2.3.9"))
    fault = demo.ask(TRY)["tryStamps"]["targets"][0]["fault"] or ""
    yield "an unknown policy is refused by the authority", "refused (status 2)" in fault or fault, True
    wrong = settings(authority)
    wrong["authorities"][0]["root"] = other.root()
    demo.ask(SET, input=wrong)
    fault = demo.ask(TRY)["tryStamps"]["targets"][0]["fault"] or ""
    yield "another root is said", "not signed by its issuer" in fault or fault, True
    authority.server.shutdown()
    authority.server.server_close()
    target = demo.ask(TRY)["tryStamps"]["targets"][0]
    yield "an authority that is down is said", "cannot be reached" in target["fault"] or target["fault"], True
    yield "what failed waits", target["waiting"] > 0, True
    yield "nothing was kept of all that", len(demo.ask(STAMPS)["stamps"]), before


def seal(folder):
    """A sealing key in a PKCS#12 of OpenSSL's, imported while the server runs."""
    room = folder / "seal"
    room.mkdir()
    openssl(room, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root")
    openssl(room, "req -newkey rsa:3072 -nodes -keyout key.pem -out r.csr -subj /O=Example/CN=seal")
    openssl(room, "x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -out cert.pem")
    (room / "phrase").write_text(PHRASE, encoding="utf-8")
    export = "pkcs12 -export -inkey key.pem -in cert.pem -certfile ca.pem -passout file:phrase"
    openssl(room, f"{export} -out new.p12")
    openssl(room, f"{export} -legacy -out old.p12")
    printed = openssl(room, "x509 -in cert.pem -noout -fingerprint -sha256").stdout
    expected = printed.strip().split("=")[1].replace(":", "").lower()
    for name in ["new.p12", "old.p12"]:
        command = [os.environ["XINJU_BIN"], "key", "seal", "import", room / name, "--data", folder / "data", "--json"]
        environment = {**os.environ, "XINJU_SEAL_PASSPHRASE": PHRASE}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        yield f"{name} is imported", done.returncode, 0
        yield "under the fingerprint that openssl prints", json.loads(done.stdout).get("fingerprint"), expected
        environment["XINJU_SEAL_PASSPHRASE"] = "another"
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        yield "and not with another phrase", done.returncode, 1


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="xinju-stamps-") as temporary:
        folder = Path(temporary)
        rsa = Authority(folder / "rsa", "rsa:2048")
        elliptic = Authority(folder / "ec", "ec -pkeyopt ec_paramgen_curve:P-256")
        demo = Demo(folder, "admin")
        try:
            for checks in [stamps(demo, [rsa, elliptic]), lies(demo, rsa, elliptic), seal(folder)]:
                for name, seen, wanted in checks:
                    good = seen == wanted
                    passed, failed = passed + good, failed + (not good)
                    print(f"{'ok  ' if good else 'FAIL'} stamps: {name}" + ("" if good else f": {seen!r}"))
        finally:
            demo.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
