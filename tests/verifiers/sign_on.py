#!/usr/bin/env python3
"""Signs in to the real binary with servers that we did not write: `slapd` (OpenLDAP) and `oidc-provider`.

    XINJU_BIN=target/debug/xinju tests/verifiers/sign_on.py

Starts a demo and the servers on free ports. provider.mjs also plays an identity provider that is bent. The last line is "N passed, N failed".
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from demo import PASSWORD, Demo  # noqa: E402  (it stands beside this folder)

SECONDS_MAX = 30
SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { viewer { user { login name roles { builtIn } } } refusal retryAfterSeconds } }"
SET_DIRECTORY = "mutation($input: SignOnDirectoryInput) { setSignOnDirectory(input: $input) { refusal detail } }"
TEST_DIRECTORY = "mutation($input: SignOnDirectoryInput!) { testSignOnDirectory(input: $input) { refusal detail } }"
SET_PROVIDER = "mutation($input: SignOnProviderInput) { setSignOnProvider(input: $input) { refusal detail } }"
TEST_PROVIDER = "mutation($input: SignOnProviderInput!) { testSignOnProvider(input: $input) { refusal detail } }"
WHO = "{ viewer { user { login name } mustEnrol } }"

SLAPD = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
TLSCACertificateFile {folder}/ca.pem
database mdb
suffix "dc=example,dc=org"
rootdn "cn=xinju,dc=example,dc=org"
rootpw "the secret of the archive"
directory {folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn="cn=xinju,dc=example,dc=org" read by * none
"""
PEOPLE = """dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: uid=admin,dc=example,dc=org
objectClass: inetOrgPerson
uid: admin
cn: Admin
sn: Admin
userPassword: what the directory knows

dn: uid=wang.fang,dc=example,dc=org
objectClass: inetOrgPerson
uid: wang.fang
cn:: 546L6Iqz
sn: Wang
mail: fang@example.org
userPassword: rain on the roof

dn: uid=star*(x),dc=example,dc=org
objectClass: inetOrgPerson
uid: star*(x)
cn: Star
sn: Star
userPassword: signs of a filter
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def quiet(*command, **more):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def certificates(folder):
    """An authority and a certificate of it for 127.0.0.1."""
    ca, key, names = folder / "ca.pem", folder / "ca.key", folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    quiet(*new, "-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", key, "-out", ca)
    quiet(*new, "-x509", "-days", "2", "-subj", "/CN=another authority", "-keyout", folder / "other.key", "-out", folder / "other.pem")
    quiet(*new, "-subj", "/CN=localhost", "-keyout", folder / "server.key", "-out", folder / "server.csr")
    quiet("openssl", "x509", "-req", "-days", "2", "-in", folder / "server.csr", "-CA", ca, "-CAkey", key,
          "-CAcreateserial", "-extfile", names, "-out", folder / "server.pem")


class Slapd:
    """A directory of three people."""

    def __init__(self, folder):
        folder.mkdir()
        (folder / "db").mkdir()
        certificates(folder)
        self.folder, self.plain, self.tls = folder, free_port(), free_port()
        (folder / "slapd.conf").write_text(SLAPD.format(folder=folder))
        (folder / "people.ldif").write_text(PEOPLE)
        program = lambda name: shutil.which(name) or f"/usr/sbin/{name}"  # noqa: E731
        quiet(program("slapadd"), "-f", folder / "slapd.conf", "-l", folder / "people.ldif")
        addresses = f"ldap://127.0.0.1:{self.plain} ldaps://127.0.0.1:{self.tls}"
        command = [program("slapd"), "-f", str(folder / "slapd.conf"), "-h", addresses, "-d", "0"]
        self.process = subprocess.Popen(command)
        until = time.monotonic() + SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.tls), 1).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    sys.exit("slapd does not start")
                time.sleep(0.1)

    def settings(self, **other):
        return {
            "url": f"ldaps://127.0.0.1:{self.tls}", "startTls": False, "authorities": (self.folder / "ca.pem").read_text(),
            "base": "dc=example,dc=org", "filter": "(uid={login})", "bindDn": "cn=xinju,dc=example,dc=org",
            "secret": "the secret of the archive", "loginAttribute": "uid", "nameAttribute": "cn", "newUsers": None, **other,
        }

    def stop(self):
        self.process.terminate()
        self.process.wait(SECONDS_MAX)


class IdentityProvider:
    """provider.mjs; its issuer."""

    def __init__(self, *arguments):
        command = ["node", str(HERE / "provider.mjs"), *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.issuer = self.process.stdout.readline().strip()
        if not self.issuer:
            sys.exit("the identity provider does not start")

    def settings(self, **other):
        return {
            "issuer": self.issuer, "clientId": "xinju", "secret": "a client secret of thirty-two chars", "scopes": "profile",
            "loginClaim": "preferred_username", "authorities": "", "label": "Example", "checksFactor": False, "newUsers": None, **other,
        }

    def stop(self):
        self.process.stdin.close()
        self.process.wait(SECONDS_MAX)


class Browser(Demo):
    """Another browser at the same demo, not signed in."""

    def __init__(self, url, follow=True):
        self.url = url
        handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())]
        if not follow:
            handlers.append(Staying())
        self.opener = urllib.request.build_opener(*handlers)

    def open(self, url, form=None):
        """The page behind all redirections, and its address."""
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(url, body) as answer:
                return answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            return error.read().decode(), error.headers.get("location") or error.url

    def who(self):
        viewer = self.ask(WHO)["viewer"]
        return viewer and viewer["user"]["login"]


class Staying(urllib.request.HTTPRedirectHandler):
    """Follows nothing, so that the script sees where it would be sent."""

    def redirect_request(self, *_):
        return None


def by_password(demo, login, password):
    answer = Browser(demo.url).ask(SIGN_IN, input={"login": login, "password": password})["signIn"]
    return answer["refusal"] or answer["viewer"]["user"]["login"]


def by_provider(demo, login, path="/signin/oidc/start?to=/search"):
    """Signs in as a person would; where it ended and who is in."""
    browser = Browser(demo.url)
    page, address = browser.open(demo.url + path)
    for _ in range(4):
        form = re.search(r'<form[^>]*action="([^"]+)"', page)
        if form is None or address.startswith(demo.url):
            break
        prompt = re.search(r'name="prompt" value="([^"]+)"', page)[1]
        page, address = browser.open(unescape(form[1]), {"prompt": prompt, "login": login, "password": "any"})
    return urllib.parse.urlsplit(address)._replace(scheme="", netloc="").geturl(), browser.who()


def directory_checks(demo, slapd):
    """Each check as its name, what was seen and what should be."""
    test = lambda **other: demo.ask(TEST_DIRECTORY, input=slapd.settings(**other))["testSignOnDirectory"]["refusal"]  # noqa: E731
    plain = f"ldap://127.0.0.1:{slapd.plain}"
    yield "ldaps with our authority works", test(), None
    yield "StartTLS works", test(url=plain, startTls=True), None
    yield "plain text to this machine works", test(url=plain), None
    yield "another authority is not trusted", test(authorities=(slapd.folder / "other.pem").read_text()), "UNTRUSTED"
    yield "nor the machine's own ones", test(authorities=""), "UNTRUSTED"
    yield "nor with StartTLS", test(url=plain, startTls=True, authorities=""), "UNTRUSTED"
    yield "a wrong secret is refused", test(secret="wrong"), "REFUSED"
    yield "a name without a secret is refused", test(secret=""), "REFUSED"
    yield "a base that is not there is refused", test(base="dc=other,dc=org"), "REFUSED"
    yield "a filter that does not read is told", test(filter="(uid={login}"), "UNEXPECTED"
    yield "plain text to elsewhere is not tried", test(url="ldap://192.0.2.1"), "ADDRESS_INVALID"
    yield "nobody listening is unreachable", test(url=f"ldaps://127.0.0.1:{free_port()}"), "UNREACHABLE"
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        began = time.monotonic()
        yield "one that says nothing is given up", test(url=f"ldaps://127.0.0.1:{mute.getsockname()[1]}"), "UNREACHABLE"
        yield "after ten seconds", 9 < time.monotonic() - began < 13, True
    set_to = lambda **other: demo.ask(SET_DIRECTORY, input=slapd.settings(**other))["setSignOnDirectory"]["refusal"]  # noqa: E731
    yield "it is set", set_to(), None
    yield "the directory's password signs in", by_password(demo, "admin", "what the directory knows"), "admin"
    yield "our own stays good", by_password(demo, "admin", PASSWORD), "admin"
    yield "a wrong one does not", by_password(demo, "admin", "wrong"), "WRONG_CREDENTIALS"
    yield "an empty one does not", by_password(demo, "admin", ""), "WRONG_CREDENTIALS"
    yield "who is no user does not come in", by_password(demo, "wang.fang", "rain on the roof"), "WRONG_CREDENTIALS"
    staff = next(role["id"] for role in demo.ask("{ roles { id builtIn } }")["roles"] if role["builtIn"] == "STAFF")
    yield "new users are let in where that is set", set_to(newUsers=staff), None
    answer = Browser(demo.url).ask(SIGN_IN, input={"login": "Wang.Fang", "password": "rain on the roof"})["signIn"]
    made = {"login": "wang.fang", "name": "王芳", "roles": [{"builtIn": "STAFF"}]}
    yield "they are made with name and role", answer["viewer"] and answer["viewer"]["user"], made
    yield "signs of a filter are letters of a login", by_password(demo, "star*(x)", "signs of a filter"), "star*(x)"
    for login in ["*)(uid=*", "*", "wang.fang)(cn=*", "admin\0", "*)(|(uid=admin"]:
        yield f"a login of {login!r} finds nobody", by_password(demo, login, "rain on the roof"), "WRONG_CREDENTIALS"
    yield "several people are nobody", set_to(filter="(|(uid={login})(uid=*))"), None
    yield "and not let in", by_password(demo, "admin", "what the directory knows"), "DIRECTORY_SILENT"
    yield "it is set again", set_to(), None
    slapd.stop()
    yield "a directory that is down is told of", by_password(demo, "wang.fang", "rain on the roof"), "DIRECTORY_SILENT"
    yield "and needed by nobody else", by_password(demo, "admin", PASSWORD), "admin"
    yield "none is set", demo.ask(SET_DIRECTORY, input=None)["setSignOnDirectory"]["refusal"], None


def provider_checks(demo, provider):
    set_to = lambda **other: demo.ask(SET_PROVIDER, input=provider.settings(**other))["setSignOnProvider"]["refusal"]  # noqa: E731
    test = lambda **other: demo.ask(TEST_PROVIDER, input=provider.settings(**other))["testSignOnProvider"]["refusal"]  # noqa: E731
    yield "without a provider nobody is sent away", by_provider(demo, "admin"), ("/signin?refusal=unavailable", None)
    yield "its configuration is read", test(), None
    yield "one that calls itself otherwise is not believed", test(issuer=provider.issuer.replace("127.0.0.1", "localhost")), "UNEXPECTED"
    yield "one without encryption elsewhere is not tried", test(issuer="http://192.0.2.1"), "ADDRESS_INVALID"
    yield "nobody listening is unreachable", test(issuer=f"http://127.0.0.1:{free_port()}"), "UNREACHABLE"
    yield "it is set", set_to(), None
    yield "the sign-in page offers it", Browser(demo.url).ask("{ setup { signOn } }")["setup"]["signOn"], "Example"
    yield "a user signs in", by_provider(demo, "admin"), ("/search", "admin")
    yield "and again", by_provider(demo, "admin", "/signin/oidc/start?to=//evil.example&again=1"), ("/", "admin")
    yield "another person of that name does not", by_provider(demo, "admin/2"), ("/signin?refusal=unknown", None)
    yield "nor somebody unknown", by_provider(demo, "li.na"), ("/signin?refusal=unknown", None)
    staff = next(role["id"] for role in demo.ask("{ roles { id builtIn } }")["roles"] if role["builtIn"] == "STAFF")
    yield "new users are let in where that is set", set_to(newUsers=staff), None
    yield "they are", by_provider(demo, "li.na"), ("/search", "li.na")
    yield "a wrong secret lets nobody in", set_to(secret="another one, of thirty-two characters"), None
    yield "and says so", by_provider(demo, "admin"), ("/signin?refusal=not_believed", None)
    yield "it is set again", set_to(), None
    browser = Browser(demo.url, follow=False)
    _, sent = browser.open(f"{demo.url}/signin/oidc/start")
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(sent).query)["state"][0]
    back = f"{demo.url}/signin/oidc/callback?state={state}"
    yield "another browser cannot end it", Browser(demo.url, follow=False).open(f"{back}&code=x")[1], "/signin?refusal=expired"
    yield "a refusal of the provider is one", browser.open(f"{back}&error=access_denied")[1], "/signin?refusal=refused"
    yield "a state is good once", browser.open(f"{back}&code=x")[1], "/signin?refusal=expired"


def bent_checks(demo, provider):
    """A provider that signs what it is told to: its code says what is wrong with the token."""
    answer = demo.ask(SET_PROVIDER, input=provider.settings())["setSignOnProvider"]["refusal"]
    yield "a bent provider is set", answer, None

    def came_back(fault, more=""):
        browser = Browser(demo.url, follow=False)
        _, sent = browser.open(f"{demo.url}/signin/oidc/start")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(sent).query)
        code = f"{fault}.{asked['nonce'][0]}"
        return browser.open(f"{demo.url}/signin/oidc/callback?state={asked['state'][0]}&code={code}{more}")[1]

    for fault in ["none", "clock-50s-behind", "clock-50s-ahead"]:
        yield f"a good token is believed ({fault})", came_back(fault), "/"
    faults = ["expired", "from-the-future", "nonce", "no-nonce", "audience", "audiences", "issuer", "key", "unsigned", "shared-key", "no-token",
              "huge", "redirect"]
    for fault in faults:
        yield f"a bent one is not ({fault})", came_back(fault), "/signin?refusal=not_believed"
    yield "an answer of another provider is not", came_back("none", "&iss=https://id.example"), "/signin?refusal=not_believed"
    yield "its own is", came_back("none", "&iss=" + urllib.parse.quote(provider.issuer, safe="")), "/"


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="xinju-sign-on-") as temporary:
        folder = Path(temporary)
        demo = Demo(folder, "admin")
        started = [demo]
        try:
            slapd = Slapd(folder / "slapd")
            started.append(slapd)
            straight = IdentityProvider("straight", f"{demo.url}/signin/oidc/callback")
            bent = IdentityProvider("bent")
            started += [straight, bent]
            parts = [directory_checks(demo, slapd), provider_checks(demo, straight), bent_checks(demo, bent)]
            for name, seen, wanted in (check for part in parts for check in part):
                good = seen == wanted
                passed, failed = passed + good, failed + (not good)
                print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": {seen}, not {wanted}"), flush=True)
        finally:
            for process in started:
                process.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
