#!/bin/sh
# Fuzzes each target in turn: tests/fuzz/run.sh [SECONDS for each target, 60] [TARGET ...]
#
# Builds the preset `fuzz` first. Inputs that reach new code gather in build/fuzz/corpus, and those that
# fail, need too much memory or more than ten seconds in build/fuzz/findings. Seeds come from tests/traces and, when it
# is set, WHYRST_CAPTURES.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/fuzz
seconds=${1:-60}
test $# = 0 || shift
test $# != 0 || set -- pcap pcapng compressed merged packet_decoder whole_path segments compare

(cd "$root" && { test -f "$build/build.ninja" || cmake --preset fuzz; } && cmake --build --preset fuzz)
if ! test -d "$build/corpus"; then
    mkdir -p "$build/corpus"
    find "$root/tests/traces" ${WHYRST_CAPTURES:+"$WHYRST_CAPTURES"} -name '*.pcap*' -size -2000k \
        -exec "$build/tests/fuzz/make_seeds" "$build/corpus" {} +
fi

findings=0
for target; do
    kept=$build/findings/$target
    mkdir -p "$build/corpus/$target" "$kept"
    echo "==> $target: $seconds s"
    "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
        -artifact_prefix="$kept/" -print_final_stats=1 "$build/corpus/$target" || findings=$((findings + 1))
done
test "$findings" = 0 || { echo "$findings targets found something: see $build/findings" >&2; exit 1; }
