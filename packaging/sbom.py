#!/usr/bin/env python3
"""Writes a CycloneDX 1.5 bill of materials of the binary: every crate and every console package that is in it.

It needs nothing but Python and cargo, and gives the same bytes for the same lock files: no time, no random serial number.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import tomllib
import uuid
from pathlib import Path
from urllib.parse import quote

TOP = Path(__file__).resolve().parent.parent
# Licence identifiers and their operators; anything else is a name in words.
SPDX_EXPRESSION = re.compile(r"^[A-Za-z0-9.+()\- ]+$")


def cargo_metadata(target):
    """The resolved packages of a build for `target`."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=TOP, check=True, capture_output=True).stdout)


def linked_packages(metadata):
    """The ids of what the product is made of (not what builds or tests it), each with what it depends on."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    macros = {p["id"] for p in metadata["packages"] if any("proc-macro" in t["kind"] for t in p["targets"])}
    waiting = [metadata["resolve"]["root"]]
    edges = {}
    while waiting:
        package = waiting.pop()
        if package in edges:
            continue
        normal = [
            dependency["pkg"]
            for dependency in nodes[package]["deps"]
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]) and dependency["pkg"] not in macros
        ]
        edges[package] = sorted(normal)
        waiting.extend(normal)
    return edges


def licences(expression):
    """CycloneDX `licenses` of an SPDX expression, or of words that are none."""
    if not expression:
        return []
    expression = expression.replace("/", " OR ")
    if SPDX_EXPRESSION.match(expression):
        return [{"expression": expression}]
    return [{"license": {"name": expression}}]


def crate_component(package, checksums):
    """One crate."""
    name, version = package["name"], package["version"]
    reference = f"pkg:cargo/{quote(name)}@{quote(version)}"
    component = {"type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference}
    if checksum := checksums.get((name, version)):
        component["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    component["licenses"] = licences(package.get("license"))
    return component


def npm_components():
    """The console's packages at run time; those of its build and its tests are not in the binary."""
    lock = TOP / "web" / "package-lock.json"
    if not lock.is_file():
        return []
    components = {}
    for path, package in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if not path or package.get("dev") or package.get("devOptional") or package.get("optional") or package.get("link"):
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        reference = f"pkg:npm/{quote(name)}@{quote(version)}"
        component = {"type": "library", "bom-ref": reference, "name": name, "version": version, "purl": reference}
        algorithm, _, digest = package.get("integrity", "").partition("-")
        if algorithm == "sha512":
            component["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(digest).hex()}]
        component["licenses"] = licences(package.get("license"))
        components[reference] = component
    return [components[reference] for reference in sorted(components)]


def bill(target):
    """The whole document."""
    metadata = cargo_metadata(target)
    packages = {package["id"]: package for package in metadata["packages"]}
    lock = tomllib.loads((TOP / "Cargo.lock").read_text(encoding="utf-8"))
    checksums = {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}
    edges = linked_packages(metadata)
    crates = {id_: crate_component(packages[id_], checksums) for id_ in edges}
    root = crates.pop(metadata["resolve"]["root"])
    root["type"] = "application"
    console = npm_components()
    references = {id_: component["bom-ref"] for id_, component in crates.items()}
    references[metadata["resolve"]["root"]] = root["bom-ref"]
    dependencies = [{"ref": references[id_], "dependsOn": [references[d] for d in deps]} for id_, deps in edges.items()]
    for entry in dependencies:
        if entry["ref"] == root["bom-ref"]:
            entry["dependsOn"] += [component["bom-ref"] for component in console]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": root, "properties": [{"name": "target", "value": target}]},
        "components": sorted(crates.values(), key=lambda component: component["bom-ref"]) + console,
        "dependencies": sorted(dependencies, key=lambda entry: entry["ref"]),
    }
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()
    document["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"
    return document


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", default="x86_64-unknown-linux-gnu")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    document = bill(arguments.target)
    arguments.out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{arguments.out}: {len(document['components'])} components")


if __name__ == "__main__":
    main()
