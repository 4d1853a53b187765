"""What a package keeps back: it is nowhere in it, fits its proof when it is disclosed later, and nothing of other records is in it."""

import json
import time
import zipfile

from bends import records
from verify_proofs import check_disclosures, decoded, encoded

ASK = """mutation($input: AskPackageInput!) { askPackage(input: $input) { package { id } refusal } }"""
STATE = "query($id: ID!) { package(id: $id) { state failure } }"
SECONDS_MAX = 120


def export_without(demo, folder, query):
    """A package of a search by way of the server, where the content of one message is withheld; the folder that holds bagit.txt."""
    found = demo.ask("query($q: String!) { search(query: $q, first: 1) { edges { node { id } } } }", q=query)
    message = found["search"]["edges"][0]["node"]["id"]
    wanted = {
        "selection": {"search": {"query": query, "zoneOffsetMinutes": 0, "standing": False}},
        "reason": "a check of what is withheld",
        "forum": {"kind": "COURT", "name": "", "abroad": False, "approvalNumber": ""},
        "withhold": [{"target": {"field": {"message": message, "field": "content"}}, "code": "PRIVACY"}],
    }
    asked = demo.ask(ASK, input=wanted)["askPackage"]
    if asked["package"] is None:
        raise SystemExit(f"no package was asked for: {asked['refusal']}")
    identity = asked["package"]["id"]
    until = time.monotonic() + SECONDS_MAX
    while (state := demo.ask(STATE, id=identity)["package"])["state"] != "READY":
        if state["failure"] or time.monotonic() > until:
            raise SystemExit(f"the package was not built: {state}")
        time.sleep(0.2)
    file = folder / "withheld.zip"
    file.write_bytes(demo.get(f"/api/packages/{identity}/file"))
    with zipfile.ZipFile(file) as bag:
        bag.extractall(file.with_suffix(""))
    return next(file.with_suffix("").iterdir())


def by_entry(folder):
    read = (json.loads(file.read_text(encoding="utf-8")) for file in records(folder))
    return {record["entry"]: record["disclosures"] for record in read}


def holds(folder, words):
    """The files of a folder that hold one of the words."""
    return [path.name for path in folder.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)]


def checks(folder, whole, other):
    """Names and verdicts of a package with a field withheld, the same without, and one of other records."""
    shown, all_of_it = by_entry(folder), by_entry(whole)
    kept = [(entry, one) for entry in shown for one in all_of_it.get(entry, []) if one not in shown[entry]]
    names = {json.loads(decoded(one))[1] for _, one in kept}
    yield f"withheld of one message: {', '.join(sorted(names))}", "content" in names and len({entry for entry, _ in kept}) == 1
    secrets = [word for _, one in kept for word in (one.encode(), json.loads(decoded(one))[0].encode())]
    yield "neither it nor its salt is in any file", bool(secrets) and not holds(folder, secrets)
    yield "it is where it is not withheld", bool(holds(whole, secrets))
    entry, later = kept[0][0], [one for _, one in kept]
    check_disclosures(entry.encode(), shown[entry])
    check_disclosures(entry.encode(), shown[entry] + later)
    yield "disclosed later it fits the same entry (sd-jwt)", True
    said = json.loads(decoded(later[0]))
    said[2] = "something else"
    try:
        check_disclosures(entry.encode(), shown[entry] + [encoded(json.dumps(said)), *later[1:]])
        yield "and nothing else does", False
    except Exception:  # noqa: BLE001 - every refusal counts, whatever its type
        yield "and nothing else does", True

    foreign = [(entry, one) for entry, ones in by_entry(other).items() if entry not in all_of_it for one in ones]
    salts = [json.loads(decoded(one))[0].encode() for _, one in foreign]
    rids = [str(json.loads(entry)["rid"]).encode() for entry in {entry for entry, _ in foreign}]
    yield f"{len(salts)} salts and {len(rids)} ids of other records are in no file", bool(salts) and not holds(whole, salts + rids)
