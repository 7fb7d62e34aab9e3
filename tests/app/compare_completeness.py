#!/usr/bin/env python3
"""Compares the completeness of connections with tshark: compare_completeness.py WHYRST FOLDER

In every capture below FOLDER, and in every tenth one of the lab below WHYRST_CAPTURES, each connection that begins with
the same packet as a stream of tshark must have its tcp.completeness.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

SHARE = 10
LARGEST = 1_000_000  # bytes


def output(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def streams_of_tshark(file):
    """Completeness by the first frame."""
    text = output(["tshark", "-n", "-2", "-r", str(file), "-Y", "tcp and not icmp and not icmpv6", "-T", "fields",
                   "-e", "frame.number", "-e", "tcp.stream", "-e", "tcp.completeness"])
    streams = {}
    for line in text.splitlines():
        frame, stream, completeness = line.split("\t")
        if completeness and "," not in stream:
            streams.setdefault(stream, [int(frame), 0])[1] = int(completeness)
    return dict(streams.values())


def connections_of_whyrst(whyrst, file):
    # tshark does not know copies that the capture recorded twice
    document = output([whyrst, "diagnose", "--keep-duplicates", "--format", "json", str(file)])
    return {connection["first_frame"]: connection["completeness"] for connection in json.loads(document)["connections"]}


def compare(whyrst, file):
    """Connections that both know, and sentences about those that differ."""
    theirs, ours = streams_of_tshark(file), connections_of_whyrst(whyrst, file)
    both = sorted(theirs.keys() & ours.keys())
    return len(both), [f"{file} frame {frame}: tshark {theirs[frame]}, whyrst {ours[frame]}"
                       for frame in both if theirs[frame] != ours[frame]]


def captures(folder, share):
    files = [file for file in sorted(folder.rglob("*.pcap*")) if file.stat().st_size <= LARGEST]
    return [file for file in files if "hostile" not in file.parts][::share]


def main():
    whyrst, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    files = captures(folder, 1)
    if "WHYRST_CAPTURES" in os.environ:
        files += captures(pathlib.Path(os.environ["WHYRST_CAPTURES"]) / "lab", SHARE)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda file: compare(whyrst, file), files))
    connections = sum(result[0] for result in results)
    differences = [difference for result in results for difference in result[1]]
    print(f"{len(files)} captures, {connections} connections, {len(differences)} differ", *differences, sep="\n")
    if differences or connections == 0:
        sys.exit(1)


main()
