#!/usr/bin/env python3
"""Checks `whyrst compare --good --bad` against its schema: validate_divergence_json.py WHYRST SCHEMA FOLDER

Compares the first connection of a sound run with that of every run in FOLDER, once in each role.
"""

import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("This test needs the Debian package python3-jsonschema: installer/test.sh installs it.")

SOUND_RUN = "control.lossy-recovers--1"


def compare(whyrst, good, bad):
    command = [whyrst, "compare", "--format", "json", "--good", "0", "--bad", "0", str(good), str(bad)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} gave status {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def check(validator, name, document):
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error:
        sys.exit(f"{name}: {error.message} at {'/'.join(str(step) for step in error.absolute_path)}")
    if validator.is_valid({**document, "extra": 1}):
        sys.exit("The schema accepts what the contract does not know")
    first = document["first"]
    if (first is None) != (not document["differences"]) or (first or 0) > len(document["differences"]):
        sys.exit(f"{name}: first is no index of differences")


def main(whyrst, schema, folder):
    with open(schema, encoding="utf-8") as text:
        contract = json.load(text)
    jsonschema.Draft202012Validator.check_schema(contract)
    validator = jsonschema.Draft202012Validator(contract)
    sound = next((pathlib.Path(folder) / SOUND_RUN).glob("client.pcap*"))
    runs = 0
    for path in sorted(pathlib.Path(folder).iterdir()):
        for capture in path.glob("*.pcap*"):
            check(validator, f"{path.name}/{capture.name}", compare(whyrst, sound, capture))
            check(validator, f"{path.name}/{capture.name} as the good one", compare(whyrst, capture, sound))
            runs += 1
    if runs == 0:
        sys.exit(f"{folder} holds no captures")
    print(f"{runs} captures compared with {SOUND_RUN} match the schema")


main(*sys.argv[1:])
