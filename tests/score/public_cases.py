#!/usr/bin/env python3
"""Judges resets of public captures that were read by hand: public_cases.py WHYRST

Reads the table of public/rst-cases.md below WHYRST_CAPTURES. Each case that is marked "high" must get one of the causes
that it allows; no other may get a wrong one that is called certain. Exits with 77 (skipped) without the folder.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

SKIPPED = 77


def cases(folder):
    """File, frame of the first RST, allowed causes and sureness of each row of the table."""
    for line in (folder / "rst-cases.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 7 or not re.fullmatch(r"D\d+", cells[0]):
            continue
        file = folder / cells[1].split(" ")[0]
        frame = int(re.match(r"\d+", cells[3]).group())
        causes = {cells[4]} | set(re.findall(r"[a-z]+(?:-[a-z]+)+", cells[5]))
        yield cells[0], file, frame, causes, cells[6]


def answer(whyrst, file, frame):
    """Cause and confidence that whyrst gives for the reset in this frame, or for the connection it ends."""
    text = subprocess.run([whyrst, "diagnose", "--format", "jsonl", str(file)], capture_output=True, text=True,
                          check=True).stdout
    for connection in map(json.loads, text.splitlines()):
        for reset in connection["resets"]:
            if reset["frame"] == frame:
                return reset["cause"], reset["confidence"]
    return "none", None


def main():
    folder = pathlib.Path(os.environ.get("WHYRST_CAPTURES", "")) / "public"
    if "WHYRST_CAPTURES" not in os.environ or not (folder / "rst-cases.md").exists():
        print("skipped: WHYRST_CAPTURES does not name the folder of captures")
        sys.exit(SKIPPED)
    right = wrong = sure = 0
    for case, file, frame, causes, sureness in cases(folder):
        cause, confidence = answer(sys.argv[1], file, frame)
        is_right = cause in causes
        right += is_right
        sure += sureness == "high"
        is_fault = not is_right and (sureness == "high" or confidence == "certain")
        wrong += is_fault
        if not is_right:
            print(f"{'wrong' if is_fault else 'differs'}: {case} {file.name} frame {frame}: {cause} ({confidence}), "
                  f"by hand {' or '.join(sorted(causes))} ({sureness})")
    print(f"{right} right, {sure} cases are sure")
    sys.exit(1 if wrong or sure == 0 else 0)


main()
