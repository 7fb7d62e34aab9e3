#!/bin/sh
# Builds whyrst and opens a capture: installer/run.sh [FILE]
#
# Installs the Debian packages that are missing, builds, and opens FILE, or the sample, in the window. Without a display it
# prints the diagnosis and writes the charts of the worst reset as PNG into the current folder.
set -eu
. "$(dirname "$0")/setup.sh"

file=${1:-$root/resources/samples/upload-stalls.pcapng}
[ -r "$file" ] || fail "$file cannot be read: name a capture file."

# shellcheck disable=SC2086 # one word a package
install_packages $build_packages
build release -DBUILD_TESTING=OFF
whyrst=$root/build/release/app/whyrst

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening $file"
    exec "$whyrst" "$file"
fi

say "There is no display: the diagnosis of $file"
"$whyrst" diagnose "$file"

picture=$(basename "$file")
picture=${picture%.*}.png
"$whyrst" chart -o "$picture" "$file"
say "The charts are in $PWD/$picture"
