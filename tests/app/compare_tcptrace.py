#!/usr/bin/env python3
"""Compares the statistics of connections with tcptrace: compare_tcptrace.py WHYRST DIFFERENCES FOLDER

For every capture below FOLDER, and every tenth one of the lab below WHYRST_CAPTURES, each figure of each direction must be that of
tcptrace. Figures that may differ, and how often, stand in the table of DIFFERENCES with the reason.
"""

import collections
import ipaddress
import json
import pathlib
import subprocess
import sys

from capture_set import compare_all, output

LARGEST = 3_000_000  # bytes
FEWEST = 20  # captures
SECONDS = {"data_xmit_time"}  # tcptrace gives them so, we milliseconds
ROUNDED = 0.101  # milliseconds: tcptrace gives tenths, of times that it has cut to microseconds
ROUNDED_SECONDS = 0.00101


def endpoint(address, port):
    return ipaddress.ip_address(address), int(port)


def connections_of_tcptrace(file):
    """Statistics by end points: a list of a dictionary for each side, in the order of first packets."""
    lines = output(["tcptrace", "-l", "-n", "-r", "-W", "--csv", str(file)]).splitlines()
    found, names = collections.defaultdict(list), None
    for line in lines:
        fields = [field.strip() for field in line.split(",")]
        if fields[0] == "conn_#":
            names = [name.replace(" ", "_") for name in fields]
        elif names and fields[0].isdigit():
            row = dict(zip(names, fields))
            sides = {endpoint(row["host_a"], row["port_a"]): "_a2b", endpoint(row["host_b"], row["port_b"]): "_b2a"}
            found[frozenset(sides)].append({side: {name[:-len(suffix)]: value for name, value in row.items()
                                                   if name.endswith(suffix)} for side, suffix in sides.items()})
    return found


def connections_of_whyrst(whyrst, file):
    found = collections.defaultdict(list)
    for line in output([whyrst, "diagnose", "--format", "jsonl", "--statistics", str(file)]).splitlines():
        row = json.loads(line)
        sides = {endpoint(row[side]["address"], row[side]["port"]): row["statistics"][side]
                 for side in ("client", "server")}
        found[frozenset(sides)].append(sides)
    return found


def is_same(name, theirs, figures):
    ours = figures[name]
    if theirs == "NA" or ours is None:
        return theirs == "NA" and ours is None
    if isinstance(ours, str):
        return theirs == ours
    if name == "throughput":
        return abs(float(theirs) - ours) <= max(1, 0.001 * ours)
    if name == "avg_segm_size":
        return int(theirs) == int(figures["actual_data_bytes"] / (figures["actual_data_pkts"] + 0.001))
    if name in SECONDS:
        return abs(float(theirs) - ours / 1000) < ROUNDED_SECONDS
    return abs(float(theirs) - ours) < (ROUNDED if "." in theirs else 0.5)


def packets(connections):
    """How the packets of two end points are divided into connections."""
    return [{str(side): int(figures["total_packets"]) for side, figures in sides.items()} for sides in connections]


def compare(whyrst, file):
    """The number of connections and directions, and the differences with their places. None: tcptrace cannot read it."""
    try:
        theirs = connections_of_tcptrace(file)
    except subprocess.CalledProcessError:
        return None
    ours = connections_of_whyrst(whyrst, file)
    connections, directions, differences = 0, 0, []
    for ends in theirs.keys() | ours.keys():
        if packets(theirs[ends]) != packets(ours[ends]):
            differences.append(("connections", f"{file}: {packets(theirs[ends])}, {packets(ours[ends])}"))
            continue
        connections += len(ours[ends])
        for their_sides, our_sides in zip(theirs[ends], ours[ends]):
            for side, their in their_sides.items():
                directions += 1
                our = our_sides[side]
                assert our.keys() == their.keys(), our.keys() ^ their.keys()
                differences += [(name, f"{file} {side[0]} port {side[1]}: {their[name]}, {our[name]}")
                                for name in their if not is_same(name, their[name], our)]
    return connections, directions, differences


def listed(table):
    """Largest share in percent by column."""
    rows = (line.split("|") for line in table.read_text().splitlines() if line.startswith("|"))
    return {row[1].strip(): float(row[2]) for row in rows if row[2].strip().replace(".", "").isdigit()}


def main():
    whyrst, table, folder = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    results = list(filter(None, compare_all(lambda file: compare(whyrst, file), folder, LARGEST)))
    connections, directions = (sum(result[index] for result in results) for index in (0, 1))
    differences = [difference for result in results for difference in result[2]]
    print(f"{len(results)} captures, {connections} connections, {directions} directions")
    allowed, failed = listed(table), len(results) < FEWEST or connections == 0
    for name, count in collections.Counter(name for name, _ in differences).most_common():
        share = 100 * count / max(1, directions)
        print(f"  {name}: {count} differ, {share:.2f} %")
        if share > allowed.get(name, 0):
            failed = True
            places = [place for other, place in differences if other == name]
            print("\n".join(f"    tcptrace, whyrst: {place}" for place in places[:8]))
    sys.exit(1 if failed else 0)


main()
