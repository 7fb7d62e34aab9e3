"""The captures on which whyrst is compared with another program, and how programs are run on them."""

import concurrent.futures
import os
import pathlib
import subprocess

SHARE = 10  # each tenth capture of a large collection


def output(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout


def captures(folder, largest, share=1):
    """Every share-th of the captures below folder of at most largest bytes, but none that is damaged on purpose."""
    files = [file for file in sorted(pathlib.Path(folder).rglob("*.pcap*")) if file.stat().st_size <= largest]
    return [file for file in files if "hostile" not in file.parts][::share]


def compare_all(compare, folder, largest):
    """What compare() gives of every capture below folder and of each tenth of the lab below WHYRST_CAPTURES."""
    files = captures(folder, largest)
    if "WHYRST_CAPTURES" in os.environ:
        files += captures(os.path.join(os.environ["WHYRST_CAPTURES"], "lab"), largest, SHARE)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compare, files))
