#!/usr/bin/env python3
"""Checks the output of `whyrst diagnose` against its schema: validate_json.py WHYRST SCHEMA FILE FOLDER

FILE is checked alone, then together with all captures in the folders of FOLDER.
"""

import copy
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("This test needs the Debian package python3-jsonschema: installer/test.sh installs it.")


def diagnose(whyrst, form, files):
    done = subprocess.run([whyrst, "diagnose", "--episodes", "--format", form, *files], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"whyrst diagnose gave status {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def complain(validator, what, value):
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if error:
        sys.exit(f"{what}: {error.message} at {'/'.join(str(step) for step in error.absolute_path)}")


def check_strictness(validator, document):
    """The schema must refuse what the contract does not know."""
    for change in ({"extra": 1}, {"schema": 2}):
        if validator.is_valid({**document, **change}):
            sys.exit(f"The schema accepts {change}")
    for index, connection in enumerate(document["connections"]):
        if connection["resets"]:
            changed = copy.deepcopy({**document, "connections": [connection]})
            changed["connections"][0]["resets"][0]["cause"] = "bad-luck"
            if validator.is_valid(changed):
                sys.exit(f"The schema accepts an unknown cause in connection {index}")
            return
    sys.exit("No connection of the captures was reset")


def main(whyrst, schema_file, file, folder):
    files = [file] + sorted(str(path) for path in pathlib.Path(folder).glob("*/*.pcap*"))
    with open(schema_file, encoding="utf-8") as text:
        schema = json.load(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    single = json.loads(diagnose(whyrst, "json", files[:1]))
    complain(validator, files[0], single)
    together = json.loads(diagnose(whyrst, "json", files))
    complain(validator, "all captures in one document", together)
    complain(validator, "several captures as one", json.loads(diagnose(whyrst, "json", ["--merge", *files[1:6]])))
    check_strictness(validator, together)
    line_validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/connection", "$defs": schema["$defs"]})
    lines = diagnose(whyrst, "jsonl", files).splitlines()
    for number, line in enumerate(lines, 1):
        complain(line_validator, f"line {number}", json.loads(line))
    if len(lines) != len(together["connections"]):
        sys.exit(f"{len(lines)} lines for {len(together['connections'])} connections")
    print(f"{len(files)} captures, {len(lines)} connections match the schema")


main(*sys.argv[1:])
