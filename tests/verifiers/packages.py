#!/usr/bin/env python3
"""Lets programs that we did not write judge evidence packages of the real binary, as they are and bent in every way.

    XINJU_BIN=target/debug/xinju VENV=venv tests/verifiers/packages.py

A package of over a thousand records, sealed with a certificate of an organisation's, with SM2 and with a timestamp, has to be taken by
all of verify_package.py, by a clerk who follows its instructions and by `xinju evidence verify`. Then a small package is bent: each
time `xinju evidence verify` has to refuse it with status 3, and so has at least one program of others; a table shows which.
A forked log is a copy of the archive that went another way and signs with the same key.
The last line is "N passed, N failed".
"""

import hashlib
import logging
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bends import mutations, remanifest, reseal_beside  # noqa: E402  (demo, which sealed needs, stands beside this folder)
from clerk import main as clerk  # noqa: E402
from demo import Demo  # noqa: E402
from pictured import apart, arrive  # noqa: E402
from sealed import Sealed, export, pack, xinju  # noqa: E402
from verify_package import CHECKS, Trust, check_bag, check_sm3, check_sums, records, run  # noqa: E402
from verify_package import main as verify_package  # noqa: E402
from withheld import checks as withheld  # noqa: E402
from withheld import export_without  # noqa: E402

# A word that over a thousand messages of the demo hold, and two that a few hold.
LARGE, SMALL, OTHER = "谢谢", "周末", "客户"
RECORDS_MIN = 1_000


class Tally:
    """What passed and what failed."""

    passed = failed = 0

    def count(self, good, words):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} packages: {words}")


def verdict(file, prints):
    """Exit status of our own verifier."""
    trust = [part for one in prints for part in ("--trust", one)]
    return xinju("evidence", "verify", file, *trust).returncode


def refuses(check, folder, trust):
    try:
        check(folder, trust)
    except Exception:  # noqa: BLE001 - every refusal counts, whatever its type
        return True
    return False


def table(tally, room, folder, trust, prints, others):
    """Every bent copy, with a letter for each program of others that refuses it."""
    letters = dict(zip("abcdefghijklmnopqrstuvwxyz", CHECKS))
    for letter, name in letters.items():
        print(f"     {letter}  {name}")
    for name, change in mutations(folder, *others):
        copy = room / "bent" / folder.name
        shutil.copytree(folder, copy)
        if change(copy) is not False:
            theirs = "".join(letter if refuses(CHECKS[check], copy, trust) else "." for letter, check in letters.items())
            status = verdict(pack(copy, room / "bent.zip"), prints)
            tally.count(status == 3 and theirs.strip(".") != "", f"{theirs} xinju {status}  {name}")
        shutil.rmtree(copy.parent)


def taken_away(tally, room, bag, prints):
    """A seal that no list names was to be there: the programs in the package miss it."""
    for pattern in ("*.tsr", "*.sm2sig"):
        copy = room / "taken" / bag.name
        shutil.copytree(bag, copy)
        for file in copy.glob(f"seal/{pattern}"):
            file.unlink()
        said = refuses(lambda *_, copy=copy: run(copy, "python3", "data/verify/verify.py", ".", *prints), copy, None)
        tally.count(said, f"verify.py misses seal/{pattern}")
        said = refuses(lambda *_, copy=copy: run(copy, "sh", "data/verify/verify.sh"), copy, None)
        tally.count(said, f"verify.sh misses seal/{pattern}")
        shutil.rmtree(copy.parent)


def judge(tally, folder):
    demo = Demo(folder, "admin")
    try:
        sealed = Sealed(demo, folder)
        partly = export_without(demo, folder, SMALL)
    finally:
        demo.stop()
    arrive(sealed.data, folder, SMALL, OTHER)
    large = export(sealed.data, folder / "large.zip", LARGE)
    forked = folder / "forked"
    shutil.copytree(sealed.data, forked)
    shutil.copyfile(folder / "data.key", folder / "forked.key")
    bag = export(sealed.data, folder / "small.zip", SMALL)
    other = export(sealed.data, folder / "other.zip", OTHER)
    fork = export(forked, folder / "fork.zip", SMALL, "--reason", "a log that went another way")

    tally.count(len(records(large)) >= RECORDS_MIN, f"{len(records(large))} records are in the large package")
    spki = run(large, "openssl", "pkey", "-pubin", "-in", "data/log/log.pub.pem", "-outform", "DER", "-out", folder / "key.der")
    log = hashlib.sha256((folder / "key.der").read_bytes()).hexdigest() + spki
    prints = [log, sealed.fingerprint]
    for file in ["large.zip", "small.zip"]:
        tally.count(verdict(folder / file, prints) == 0, f"xinju evidence verify takes {file}")
    tally.count(verify_package(large, sealed.root, sealed.tsa_root) == 0, "all programs take the large package")
    tally.count(clerk(bag, *prints, sealed.root, sealed.tsa_root) == 0, "a clerk takes the small one, and no damaged one")

    trust = Trust(bag, folder, sealed.root, sealed.tsa_root)
    for name, check in CHECKS.items():
        tally.count(not refuses(check, bag, trust), f"{name} takes the small package")
    tally.count(verdict(folder / "withheld.zip", prints) == 0, "xinju evidence verify takes a package with something withheld")
    for name, good in withheld(partly, bag, other):
        tally.count(good, name)
    tally.count(apart(bag, other) and apart(other, bag), "each package has its messages' pictures, and no byte of another's")
    # What refuses a bent copy must not refuse it for how we copied or listed it.
    copy = folder / "whole" / bag.name
    shutil.copytree(bag, copy)
    tally.count(verdict(pack(copy, folder / "whole.zip"), prints) == 0, "xinju evidence verify takes a copy packed anew")
    remanifest(copy)
    good = not any(refuses(check, copy, trust) for check in (check_bag, check_sums, check_sm3))
    tally.count(good, "lists made anew fit their files")
    run(copy, "python3", "data/verify/verify.py", ".", *prints)
    reseal_beside(copy)
    said = refuses(lambda *_: run(copy, "python3", "data/verify/verify.py", ".", *prints), copy, trust)
    tally.count(said, "verify.py tells who sealed it from whose certificate lies beside")
    taken_away(tally, folder, bag, prints)
    table(tally, folder, bag, trust, prints, (other, fork))


def main():
    logging.disable(logging.CRITICAL)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="xinju-packages-") as temporary:
        judge(tally, Path(temporary))
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
