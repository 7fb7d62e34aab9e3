#!/usr/bin/env python3
"""Checks views that are saved against their schema: validate_view_json.py DOCUMENT_TESTS SCHEMA

The test program writes examples into a folder that WHYRST_VIEWS names.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit("This test needs the Debian package python3-jsonschema: installer/test.sh installs it.")


def main(program, schema):
    with open(schema, encoding="utf-8") as text:
        contract = json.load(text)
    jsonschema.Draft202012Validator.check_schema(contract)
    validator = jsonschema.Draft202012Validator(contract)
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--gtest_filter=SavedView.IsWrittenToAFile"]
        subprocess.run(command, env={**os.environ, "WHYRST_VIEWS": folder}, check=True, stdout=subprocess.DEVNULL)
        views = sorted(pathlib.Path(folder).glob("*.whyrst"))
        for path in views:
            document = json.loads(path.read_text(encoding="utf-8"))
            error = jsonschema.exceptions.best_match(validator.iter_errors(document))
            if error:
                sys.exit(f"{path.name}: {error.message} at {'/'.join(str(step) for step in error.absolute_path)}")
            for wrong in ({**document, "extra": 1}, {**document, "files": []}, {**document, "whyrst_view": 2}):
                if validator.is_valid(wrong):
                    sys.exit("The schema accepts what the contract does not know")
    if len(views) < 2:
        sys.exit("The test program wrote no examples")
    print(f"{len(views)} views match the schema")


main(*sys.argv[1:])
