#!/bin/sh
# Builds whyrst with warnings as errors and sanitizers, and runs every check and test: installer/test.sh
#
# Installs the Debian packages that are missing. Needs no display. WHYRST_CAPTURES may name a folder with more captures.
set -eu
. "$(dirname "$0")/setup.sh"

# shellcheck disable=SC2086 # one word a package
install_packages $build_packages $test_packages

say "Checking the format"
(cd "$root" && find app model views tests -name '*.h' -o -name '*.cpp' | xargs clang-format --dry-run -Werror)

build ci -DCMAKE_VERIFY_INTERFACE_HEADER_SETS=ON

say "Checking that each header compiles alone"
cmake --build "$root/build/ci" --target all_verify_interface_header_sets

say "Checking the model with clang-tidy"
# With compile commands of its own: it cannot read the headers that GCC precompiled.
(cd "$root" && cmake --preset ci -B build/tidy -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null)
(cd "$root" && find model -name '*.cpp' -not -path 'model/document/*' -print0 \
    | xargs -0 -n 8 -P "$(nproc)" clang-tidy --quiet -p build/tidy --warnings-as-errors='*' 2>build/tidy/clang-tidy.log) \
    || { grep -v 'warnings generated' "$root/build/tidy/clang-tidy.log" >&2; fail "clang-tidy found something"; }

say "Running the tests"
cd "$root"
QT_QPA_PLATFORM=offscreen ctest --preset ci -j "$(nproc)"
