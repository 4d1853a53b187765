"""A demo with all that a package can be sealed by: a certificate of an organisation's, an SM2 key and timestamps; and packages of it."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

from stamps import SET, TRY, Authority, openssl, settings

PHRASE = "a phrase 口令"


def xinju(*arguments, phrase=None):
    """What the binary under test prints; its exit status too."""
    environment = {**os.environ, "XINJU_SEAL_PASSPHRASE": phrase or ""}
    command = [os.environ["XINJU_BIN"], *map(str, arguments)]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def must(done):
    if done.returncode:
        raise SystemExit(f"{done.args}: {done.stdout}{done.stderr}")
    return done.stdout


class Sealed:
    """What a demo seals with, and the roots that somebody else knows it by."""

    def __init__(self, demo, folder):
        self.data = folder / "data"
        self.room = folder / "keys"
        self.room.mkdir()
        self.authority = Authority(folder / "tsa", "rsa:2048")
        self.root, self.tsa_root = self.room / "ca.pem", self.authority.folder / "ca.pem"
        self.certificate()
        self.guomi()
        refusal = demo.ask(SET, input=settings(self.authority))["setStamps"]["refusal"]
        kept = demo.ask(TRY)["tryStamps"]["targets"]
        if refusal or any(one["fault"] for one in kept):
            raise SystemExit(f"no stamps are made: {refusal} {kept}")

    def certificate(self):
        openssl(self.room, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=root")
        openssl(self.room, "req -newkey rsa:3072 -nodes -keyout key.pem -out r.csr -subj /O=Example/CN=seal")
        openssl(self.room, "x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -out cert.pem")
        (self.room / "phrase").write_text(PHRASE, encoding="utf-8")
        openssl(self.room, "pkcs12 -export -inkey key.pem -in cert.pem -certfile ca.pem -passout file:phrase -out seal.p12")
        said = must(xinju("key", "seal", "import", self.room / "seal.p12", "--data", self.data, "--json", phrase=PHRASE))
        self.fingerprint = json.loads(said)["fingerprint"]

    def guomi(self):
        """An SM2 key with a certificate that it signed itself, as openssl makes them."""
        openssl(self.room, "genpkey -algorithm SM2 -out sm2.key")
        openssl(self.room, "req -x509 -key sm2.key -sm3 -sigopt distid:1234567812345678 -out sm2.pem -days 9 -subj /CN=sm2")
        both = (self.room / "sm2.key").read_text(encoding="ascii") + (self.room / "sm2.pem").read_text(encoding="ascii")
        (self.room / "both.pem").write_text(both, encoding="ascii")
        must(xinju("key", "seal", "import", self.room / "both.pem", "--data", self.data, phrase=PHRASE))


def export(data, file, query, *more):
    """A package of a search, unpacked beside its file; the folder that holds bagit.txt."""
    must(xinju("evidence", "export", "--data", data, "--query", query, "--out", file, *more))
    folder = file.with_suffix("")
    with zipfile.ZipFile(file) as bag:
        bag.extractall(folder)
    return next(folder.iterdir())


def pack(folder, file):
    """A folder as a zip, as the packages are: stored under the bag's own name."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bag:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                bag.write(path, Path(folder.name) / path.relative_to(folder))
    return file
