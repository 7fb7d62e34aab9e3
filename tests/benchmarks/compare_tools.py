#!/usr/bin/env python3
"""Times whyrst diagnose against tshark, tcptrace and cat on the same capture: compare_tools.py BUILD_FOLDER [--runs N]

Makes the capture first (BUILD_FOLDER/tests/benchmarks/make_capture). Runs the programs by turns, N times each, and
prints medians of time and peak memory, and ratios to whyrst. Programs that are not installed are left out.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

MIB = 1024  # ru_maxrss counts KiB


def measure(command):
    """Seconds on the clock, seconds of processor time and peak memory in MiB of one run; its output is thrown away."""
    begin = time.monotonic()
    with open(os.devnull, "w", encoding="ascii") as nowhere:
        actions = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)]
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MIB


def commands_for(whyrst, capture):
    commands = {
        "whyrst diagnose --format json": [whyrst, "diagnose", "--format", "json", capture],
        "tshark -q -z conv,tcp": ["tshark", "-q", "-z", "conv,tcp", "-r", capture],
        "tcptrace -n -l -r": ["tcptrace", "-n", "-l", "-r", capture],
        "cat": ["cat", capture],
    }
    return {name: command for name, command in commands.items() if shutil.which(command[0])}


def medians(commands, runs):
    samples = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            samples[name].append(measure(command))
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in samples.items()}


def report(results, first):
    own = results[first]
    print(f"{'':32}{'time':>10}{'processor':>12}{'memory':>12}{'time':>10}{'memory':>10}")
    print(f"{'':32}{'s':>10}{'s':>12}{'MiB':>12}{'ratio':>10}{'ratio':>10}")
    for name, (seconds, processor, memory) in results.items():
        ratios = f"{seconds / own[0]:>10.2f}{memory / own[2]:>10.2f}"
        print(f"{name:32}{seconds:>10.2f}{processor:>12.2f}{memory:>12.1f}{ratios}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--packets", type=int, default=1_000_000)
    options = parser.parse_args()
    whyrst = str(options.build / "app" / "whyrst")
    make_capture = str(options.build / "tests" / "benchmarks" / "make_capture")
    with tempfile.TemporaryDirectory() as folder:
        capture, smallest = os.path.join(folder, "large.pcap"), os.path.join(folder, "smallest.pcap")
        subprocess.run([make_capture, capture, "--packets", str(options.packets)], check=True)
        subprocess.run([make_capture, smallest, "--packets", "10", "--connections", "1", "--resets", "0"], check=True)
        print(f"{options.packets} packets, {os.path.getsize(capture) / 1e6:.0f} MB, medians of {options.runs} runs")
        commands = commands_for(whyrst, capture)
        results = medians(commands, options.runs)
        report(results, next(iter(commands)))
        baseline = measure([whyrst, "diagnose", "--format", "json", smallest])[2]
        own = results[next(iter(commands))][2]
        print(f"whyrst: {(own - baseline) * 1024 * 1024 / options.packets:.0f} bytes a packet above a small capture")


main()
