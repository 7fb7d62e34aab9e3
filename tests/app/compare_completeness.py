#!/usr/bin/env python3
"""Compares the completeness of connections with tshark: compare_completeness.py WHYRST FOLDER

In every capture below FOLDER, and in every tenth one of the lab below WHYRST_CAPTURES, each connection that begins with
the same packet as a stream of tshark must have its tcp.completeness.
"""

import json
import sys

from capture_set import compare_all, output

LARGEST = 1_000_000  # bytes


def streams_of_tshark(file):
    """Completeness by the first frame, of streams of two packets and more: tshark gives any lone packet 0."""
    text = output(["tshark", "-n", "-2", "-r", str(file), "-Y", "tcp and not icmp and not icmpv6", "-T", "fields",
                   "-e", "frame.number", "-e", "tcp.stream", "-e", "tcp.completeness"])
    streams = {}
    for line in text.splitlines():
        frame, stream, completeness = line.split("\t")
        if completeness and "," not in stream:
            first, packets, _ = streams.get(stream, (int(frame), 0, 0))
            streams[stream] = first, packets + 1, int(completeness)
    return {first: completeness for first, packets, completeness in streams.values() if packets > 1}


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


def main():
    whyrst, folder = sys.argv[1:]
    results = compare_all(lambda file: compare(whyrst, file), folder, LARGEST)
    connections = sum(result[0] for result in results)
    differences = [difference for result in results for difference in result[1]]
    print(f"{len(results)} captures, {connections} connections, {len(differences)} differ", *differences, sep="\n")
    if differences or connections == 0:
        sys.exit(1)


main()
