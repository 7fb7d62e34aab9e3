#!/usr/bin/env python3
"""Compares the Wireshark view with tshark: compare_wireshark.py WHYRST DEVIATIONS FOLDER

For every capture below FOLDER, and every tenth one of the lab below WHYRST_CAPTURES, the flags of each frame must be those of
tshark for at least 99.5 % of the frames that either flags, and each difference must stand in the table of DEVIATIONS.
"""

import collections
import csv
import io
import pathlib
import sys

from capture_set import compare_all, output

FIELDS = ("reused_ports lost_segment ack_lost_segment retransmission fast_retransmission spurious_retransmission "
          "out_of_order duplicate_ack window_update window_full zero_window zero_window_probe zero_window_probe_ack "
          "keep_alive keep_alive_ack").split()
LEAST_AGREEMENT = 0.995
LARGEST = 3_000_000  # bytes


def flags_of_tshark(file):
    columns = [option for field in FIELDS for option in ("-e", f"tcp.analysis.{field}")]
    text = output(["tshark", "-r", str(file), "-Y", "tcp and not icmp and not icmpv6", "-T", "fields",
                   "-e", "frame.number", *columns])
    rows = (line.split("\t") for line in text.splitlines())
    return {int(row[0]): {field for field, value in zip(FIELDS, row[1:]) if value} for row in rows}


def flags_of_whyrst(whyrst, file):
    rows = csv.DictReader(io.StringIO(output([whyrst, "packets", str(file)])))
    return {int(row["frame"]): set(filter(None, row["wireshark_flags"].split("+"))) for row in rows}


def compare(whyrst, file):
    """Flagged frames, and the differences with their places."""
    theirs, ours = flags_of_tshark(file), flags_of_whyrst(whyrst, file)
    flagged, differences = 0, []
    for frame in sorted(theirs.keys() | ours.keys()):
        their, our = theirs.get(frame, set()), ours.get(frame, set())
        flagged += bool(their or our)
        if their != our:
            differences.append((" ".join(sorted(their - our)), " ".join(sorted(our - their)), f"{file} frame {frame}"))
    return flagged, differences


def listed(deviations):
    rows = (line.split("|") for line in deviations.read_text().splitlines() if line.startswith("|"))
    return {(row[1].strip(), row[2].strip()) for row in rows}


def main():
    whyrst, deviations, folder = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    results = compare_all(lambda file: compare(whyrst, file), folder, LARGEST)
    flagged = sum(result[0] for result in results)
    differences = [difference for result in results for difference in result[1]]
    agreement = 1 - len(differences) / max(1, flagged)
    print(f"{len(results)} captures, {flagged} flagged frames, {100 * agreement:.2f} % agree")
    for (their, our), count in collections.Counter(difference[:2] for difference in differences).most_common():
        print(f"  {count} times tshark alone [{their}], whyrst alone [{our}]")
    unlisted = [difference for difference in differences if difference[:2] not in listed(deviations)]
    for their, our, place in unlisted:
        print(f"not listed: {place}: tshark alone [{their}], whyrst alone [{our}]")
    if unlisted or agreement < LEAST_AGREEMENT or flagged == 0:
        sys.exit(1)


main()
