#!/usr/bin/env python3
"""Signs in to the real binary with codes that `oathtool` (OATH Toolkit) makes of the secret it shows.

    XINJU_BIN=target/debug/xinju tests/verifiers/second_factor.py

Starts a demo of its own. The last line is "N passed, N failed".
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import PASSWORD, Demo  # noqa: E402  (it stands beside this folder)

STEP_SECONDS = 30
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { refusal challenge } }"
SECOND = "mutation($input: SignInSecondFactorInput!) { signInSecondFactor(input: $input) { viewer { sessionId } refusal } }"


def code(secret, at):
    """The code of a moment, by somebody else's program."""
    command = ["oathtool", "--totp", "--base32", f"--now=@{int(at)}", secret]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def second(demo, given):
    """What the second step answers to a code, after the first."""
    first = demo.ask(SIGN_IN, input={"login": "admin", "password": PASSWORD})["signIn"]
    if first["refusal"] != "SECOND_FACTOR_REQUIRED":
        return first["refusal"]
    answer = demo.ask(SECOND, input={"challenge": first["challenge"], "code": given})["signInSecondFactor"]
    return answer["refusal"] or ("in" if answer["viewer"] else "nobody")


def checks(demo):
    """Each check as its name, what was seen and what should be."""
    secret = demo.ask("mutation { beginEnrolment { secret } }")["beginEnrolment"]["secret"]
    confirm = "mutation($input: ConfirmEnrolmentInput!) { confirmEnrolment(input: $input) { recoveryCodes refusal } }"
    began = time.time()
    first = code(secret, began)
    enrolled = demo.ask(confirm, input={"code": first})["confirmEnrolment"]
    yield "a code of oathtool enrols", enrolled["refusal"], None
    yield "the same code does not sign in", second(demo, first), "WRONG_CODE"
    # The next step's code is good already: clocks may differ by a step.
    following = code(secret, began + STEP_SECONDS)
    yield "the code of the next step signs in", second(demo, following), "in"
    yield "and only once", second(demo, following), "WRONG_CODE"
    yield "a code of an hour ago does not sign in", second(demo, code(secret, began - 3_600)), "WRONG_CODE"
    yield "a recovery code signs in", second(demo, enrolled["recoveryCodes"][0]), "in"


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="xinju-factor-") as temporary:
        demo = Demo(Path(temporary), "admin")
        try:
            for name, seen, wanted in checks(demo):
                good = seen == wanted
                passed, failed = passed + good, failed + (not good)
                print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": {seen}, not {wanted}"), flush=True)
        finally:
            demo.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
