// How a capture is to be opened.
#pragma once

#include <functional>
#include <string>

namespace whyrst {

struct OpenOptions
{
    std::string filter; ///< BPF expression as libpcap takes it; empty: every packet

    /// Asked about every 50 ms while a pipe has not said yet what it holds; false: give up (Cancelled). Unset: wait.
    std::function<bool()> keepWaiting{};
};

} // namespace whyrst
