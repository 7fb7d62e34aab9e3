# What run.sh and test.sh share: the Debian packages that are needed, and the build. Read by them, not run.

root=$(cd "$(dirname "$0")/.." && pwd)

build_packages="g++ cmake ninja-build pkg-config qt6-base-dev libqcustomplot-dev libqcustomplot2.1-qt6 libpcap-dev
    zlib1g-dev libzstd-dev liblz4-dev fonts-dejavu-core"
test_packages="libgtest-dev libgmock-dev clang-format clang-tidy python3-jsonschema tcptrace tshark"

say() {
    echo "==> $*"
}

fail() {
    echo "$*" >&2
    exit 1
}

is_installed() {
    test "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "Installing packages needs root or sudo: run \"$*\" as root, then start again."
    fi
}

# Installs those of the named packages that are missing.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian: the build needs what these packages hold: $*"
        return
    fi
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    if [ -z "$missing" ]; then
        say "All needed packages are installed"
        return
    fi
    say "Installing$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    # shellcheck disable=SC2086 # one word a package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

# build PRESET [option for cmake ...]: configures and builds; ccache makes the second time fast where it is installed.
build() {
    preset=$1
    shift
    if command -v ccache >/dev/null; then
        set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
        CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:+$CCACHE_SLOPPINESS,}pch_defines,time_macros" # for precompiled headers
        export CCACHE_SLOPPINESS
    fi
    say "Building whyrst (preset $preset)"
    (cd "$root" && cmake --preset "$preset" "$@" && cmake --build "build/$preset")
}
