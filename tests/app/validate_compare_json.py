#!/usr/bin/env python3
"""Checks the output of `whyrst compare` against its schema: validate_compare_json.py WHYRST SCHEMA DIAGNOSE_SCHEMA FOLDER

Compares the two captures of every run in FOLDER; the diagnosis with --peer is checked as well.
"""

import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("This test needs the Debian package python3-jsonschema: installer/test.sh installs it.")


def read_validator(file):
    with open(file, encoding="utf-8") as text:
        schema = json.load(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def run(whyrst, *arguments):
    done = subprocess.run([whyrst, *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"whyrst {' '.join(arguments)} gave status {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def complain(validator, what, value):
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if error:
        sys.exit(f"{what}: {error.message} at {'/'.join(str(step) for step in error.absolute_path)}")


def main(whyrst, compare_schema, diagnose_schema, folder):
    compare_validator = read_validator(compare_schema)
    diagnose_validator = read_validator(diagnose_schema)
    runs = 0
    for path in sorted(pathlib.Path(folder).iterdir()):
        client = next(iter(path.glob("client.pcap*")), None)
        server = next(iter(path.glob("server.pcap*")), None)
        if not client or not server:
            continue
        comparison = run(whyrst, "compare", "--format", "json", str(server), str(client))
        complain(compare_validator, path.name, comparison)
        if compare_validator.is_valid({**comparison, "extra": 1}):
            sys.exit("The schema accepts what the contract does not know")
        diagnosis = run(whyrst, "diagnose", "--format", "json", "--peer", str(server), str(client))
        complain(diagnose_validator, f"{path.name} with its peer", diagnosis)
        runs += 1
    if runs == 0:
        sys.exit(f"{folder} holds no run with two captures")
    print(f"{runs} comparisons match the schema")


main(*sys.argv[1:])
