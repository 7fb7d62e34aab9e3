// How a capture is to be opened.
#pragma once

#include <functional>
#include <string>

namespace whyrst {

struct OpenOptions
{
    std::string filter; ///< BPF expression as libpcap takes it; empty: every packet

    bool convertsForeign = true; ///< captures of other programs go through Wireshark's editcap, where it is installed

    /// Asked about every 50 ms while a pipe has not said yet what it holds; false: give up (Cancelled). Unset: wait.
    std::function<bool()> keepWaiting{};
};

} // namespace whyrst
