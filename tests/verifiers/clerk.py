#!/usr/bin/env python3
"""Walks as a clerk who has an unpacked evidence package, its instructions and no program of ours.

    clerk.py DIR LOG_FINGERPRINT SEAL_FINGERPRINT [SEAL_ROOT [TSA_ROOT]]

DIR holds bagit.txt; fingerprints and roots are known from elsewhere. Runs the commands of 验证说明.txt and of VERIFY.txt as they stand
there, with a PATH that holds nothing but the programs that the text asks for, and compares with what the text says will come. Then
damages copies, and the clerk has to notice. The last line is "N passed, N failed".
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

GUIDES = ("验证说明.txt", "VERIFY.txt")
PROGRAMS = ("openssl", "sha256sum", "sha512sum", "python3")
COMMAND = re.compile(rf"(?:^|[：:])\s*((?:{'|'.join(PROGRAMS)}) .+)$")
STEP = re.compile(r"^([0-4])\. ")
SEALED = "seal/tagmanifest-sha256.txt.p7s"


def commands(guide):
    """Each command of the text with the number of its step."""
    step = None
    for line in guide.read_text(encoding="utf-8").splitlines():
        if number := STEP.match(line):
            step = int(number[1])
        if line.startswith("  ") and step is not None and (found := COMMAND.search(line)):
            yield step, found[1]


class Clerk:
    """Somebody with an unpacked package in a room of their own, and what they know from elsewhere."""

    def __init__(self, folder, guide, known):
        self.folder, self.guide, self.known = folder, guide, known
        self.tools = folder.parent / "tools"
        self.tools.mkdir(exist_ok=True)
        for name in PROGRAMS:
            if not (self.tools / name).exists():
                # The interpreter itself: what stands under its name may be a script that needs more programs.
                target = os.path.realpath(sys.executable) if name == "python3" else shutil.which(name)
                (self.tools / name).symlink_to(target)
        for name in ("seal-root", "tsa-root"):
            if known.get(name):
                shutil.copyfile(known[name], folder.parent / f"{name}.pem")

    def says(self, command):
        """Exit status and all that a command prints."""
        environment = {"PATH": str(self.tools), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["/bin/sh", "-c", command], cwd=self.folder, env=environment, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace").strip()

    def adapted(self, step, command):
        """The commands that the text lets one make of it: none where it is about a file that is not there."""
        if step == 2 and "sm2" in command and not (self.folder / "seal/tagmanifest-sha256.txt.sm2sig").exists():
            return []
        if step == 2 and "-CAfile" in command and self.known.get("seal-root"):
            return [command.replace("../seal.pem", "../seal-root.pem")]
        if step == 3:
            # The same for a second authority and for every anchor.
            stamped = [(SEALED, f"{SEALED}.tsr"), (SEALED, f"{SEALED}.2.tsr")]
            anchors = sorted((self.folder / "data/log/anchors").glob("*.tsr"))
            for file in (file.relative_to(self.folder).as_posix() for file in anchors):
                stamped.append((f"{file.split('.')[0]}.checkpoint", file))
            there = [(data, token) for data, token in stamped if (self.folder / token).exists()]
            return [command.replace(f"-data {SEALED} -in {SEALED}.tsr", f"-data {data} -in {token}") for data, token in there]
        return [re.sub("指纹|FINGERPRINT", self.known["log"], command)] if step == 4 else [command]

    def judged(self, step, command):
        """Why a command does not end as the text says it does; nothing where it does."""
        status, said = self.says(command)
        wanted = ""
        if step == 0:
            wanted = self.known["log" if "log.pub.pem" in command else "seal"]
            said = said.replace(":", "").lower()
        elif step == 1 and said:
            return said[-200:]
        elif step == 2 and " -verify " in command:
            wanted = "Verification successful" if " cms " in command else "Signature Verified Successfully"
        elif step == 3:
            wanted = "Verification: OK"
        elif step == 4:
            wanted = "everything holds"
        if step > 1 and wanted not in (self.folder / self.guide).read_text(encoding="utf-8"):
            return f"the text does not say that {wanted!r} will come"
        return None if status == 0 and wanted in said else f"exit status {status}: {said[-200:]}"

    def walk(self):
        """Every command with what was wrong with it."""
        for step, command in commands(self.folder / self.guide):
            for one in self.adapted(step, command):
                yield step, one, self.judged(step, one)


def flip(file):
    """Changes one bit: in the middle, or at the end, where a stamp has its signature, and not a certificate that nobody needs."""
    data = bytearray(file.read_bytes())
    data[-1 if file.suffix == ".tsr" else len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def damages(folder):
    """What is done to a copy, and the step in which the text lets a clerk notice it."""
    first = lambda pattern: sorted(folder.glob(pattern))[0].relative_to(folder)  # noqa: E731 - said once
    changed = [
        ("data/raw/*.*", {1, 4}),
        ("data/records/*.json", {1, 4}),
        ("data/report*.pdf", {1}),
        ("data/log/checkpoint", {1, 4}),
        ("manifest-sha256.txt", {1}),
        (SEALED, {2}),
        ("seal/*.sm2sig", {2}),
        ("seal/*.tsr", {3}),
        ("data/log/anchors/*.tsr", {1, 3}),
    ]
    for pattern, steps in changed:
        if sorted(folder.glob(pattern)):
            name = first(pattern)
            yield f"{name} changed", steps, lambda copy, name=name: flip(copy / name)
    record = first("data/records/*.json")
    yield f"{record} removed", {1}, lambda copy: (copy / record).unlink()
    for pattern in ("seal/*.sm2sig", "seal/*.tsr"):
        if sorted(folder.glob(pattern)):
            name = first(pattern)
            yield f"{name} removed", {4}, lambda copy, name=name: (copy / name).unlink()
    yield "a file added", {4}, lambda copy: (copy / "data/added.txt").write_text("x", encoding="ascii")


def snapshot(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def main(folder, log, seal, seal_root=None, tsa_root=None):
    known = {"log": log, "seal": seal, "seal-root": seal_root, "tsa-root": tsa_root}
    passed = failed = 0

    def count(good, words):
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} clerk: {words}")

    with tempfile.TemporaryDirectory(prefix="xinju-clerk-") as temporary:
        for guide in GUIDES:
            copy = Path(temporary, guide, "package")
            shutil.copytree(folder, copy)
            before = snapshot(copy)
            steps = set()
            for step, command, fault in Clerk(copy, guide, known).walk():
                steps.add(step)
                count(fault is None, f"{guide} {step}. {command.replace(str(temporary), '')[:150]}" + (f": {fault}" if fault else ""))
            wanted = {0, 1, 2, 3, 4} if tsa_root else {0, 1, 2, 4}
            count(steps == wanted, f"{guide} has commands for steps {sorted(steps)}")
            count(snapshot(copy) == before, f"{guide} leaves the folder as it was")
        for name, wanted, damage in damages(folder):
            copy = Path(temporary, "damaged", "package")
            shutil.copytree(folder, copy)
            damage(copy)
            noticed = {step for step, _, fault in Clerk(copy, GUIDES[0], known).walk() if fault}
            count(wanted <= noticed, f"{name}: noticed in steps {sorted(noticed)}, has to be in {sorted(wanted)}")
            shutil.rmtree(copy.parent)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if not 4 <= len(sys.argv) <= 6:
        sys.exit("usage: clerk.py DIR LOG_FINGERPRINT SEAL_FINGERPRINT [SEAL_ROOT [TSA_ROOT]]")
    sys.exit(main(Path(sys.argv[1]).resolve(), *sys.argv[2:]))
