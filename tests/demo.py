"""A running `xinju demo` and a signed-in client of it, for the scripts that let other people's programs judge the product."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar

SECONDS_MAX = 120
PASSWORD = "verify every proof"


class Demo:
    """The demo of the binary XINJU_BIN, on a free port, with its data in a folder."""

    def __init__(self, folder, login):
        command = [os.environ["XINJU_BIN"], "demo", "--listen", "127.0.0.1:0", "--data", str(folder / "data")]
        environment = {**os.environ, "XINJU_DEMO_PASSWORD": PASSWORD}
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                break
        else:
            sys.exit("the demo ended before it was ready")
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        signed_in = self.ask(
            "mutation($input: SignInInput!) { signIn(input: $input) { viewer { user { login } } } }",
            input={"login": login, "password": PASSWORD},
        )
        if signed_in["signIn"]["viewer"] is None:
            sys.exit(f"{login} of the demo cannot sign in")

    def get(self, path):
        """What a path of the server holds."""
        with self.opener.open(self.url + path) as answer:
            return answer.read()

    def ask(self, query, /, **variables):
        """The data of an answer without errors."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"content-type": "application/json", "x-xinju-csrf": "1"}
        with self.opener.open(urllib.request.Request(f"{self.url}/graphql", body, headers)) as answer:
            result = json.load(answer)
        if result.get("errors"):
            sys.exit(f"{query}\n{result['errors']}")
        return result["data"]

    def stop(self):
        """Stops it as systemd would."""
        self.process.terminate()
        self.process.wait(SECONDS_MAX)
