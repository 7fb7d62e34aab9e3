// Captures from a network interface of this machine, through libpcap.
#pragma once

#include "model/capture/capture_reader.h"

#include <string>
#include <vector>

namespace whyrst {

/// An interface that libpcap can capture from.
struct CaptureInterface
{
    std::string name;                   ///< "eth0", "any"
    std::string description;            ///< may be empty
    std::vector<std::string> addresses; ///< IPv4 and IPv6, as text; not looked up
    bool isUp = false;
    bool isLoopback = false;
};

/// The interfaces that this user may capture from, in libpcap's order: the most useful first. Errors: CannotCapture.
Result<std::vector<CaptureInterface>> captureInterfaces();

/// Starts to capture from `interface`: whole packets, in nanoseconds where the system stamps so. The filter works in
/// the system, so packets that it drops have no number. The reader gives NothingYet while no packet comes, and ends
/// only when the interface goes away. Drop counters are current whenever they are asked for.
///
/// Errors: CannotCapture (no permission, no such interface, and what to do), BadFilter.
Result<std::unique_ptr<CaptureReader>> openLive(const std::string& interface, const OpenOptions& options = {});

} // namespace whyrst
