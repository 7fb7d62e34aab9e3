// What really happened in a lab run: truth.json as values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace whyrst::score {

/// First and last frame of a connection in one capture.
struct FrameRange
{
    uint32_t first = 0;
    uint32_t last = 0;
};

/// A RST of a connection.
struct TrueReset
{
    bool isOfBox = false;                   ///< else a host sent it
    std::map<std::string, uint32_t> frames; ///< by capture
};

/// A connection of a run. Maps are by capture: "client", "server", "router".
struct TrueConnection
{
    std::optional<std::string> cause;                       ///< nothing: nothing is wrong with it
    std::map<std::string, std::string> endpoints;           ///< key of its two endpoints, as each capture shows them
    std::map<std::string, std::vector<std::string>> accept; ///< answers a careful person may give, best first
    std::map<std::string, FrameRange> frames;               ///< where it is known
    std::vector<TrueReset> resets;
    std::map<std::string, uint32_t> firstSend; ///< of the segment that got stuck, where the capture has it
};

/// The server's clock against the client's.
struct TrueClock
{
    double offsetUs = 0;  ///< server minus client at `atSeconds`
    double atSeconds = 0; ///< client time since the epoch
    double driftPpm = 0;
};

/// A run folder.
struct TrueRun
{
    std::string name;
    bool isControl = false;                      ///< nothing is wrong in it: a finding is a false alarm
    std::map<std::string, std::string> captures; ///< path by capture
    std::vector<TrueConnection> connections;
    std::string pairsFile; ///< pairs.csv; need not exist
    std::optional<TrueClock> clock;
    bool hasCaptureGaps = false;                        ///< a capture misses packets that were there
    std::set<std::pair<uint32_t, uint32_t>> sentResets; ///< RSTs of hosts in one capture only: frame, the other 0
};

/// Key of a 4-tuple, the same for both orders of the endpoints.
std::string endpointsKey(const std::string& first, const std::string& second);

/// Reads the runs of `folder` (its sub-folders with a truth.json) by name. Unreadable ones are told in `problems`.
std::vector<TrueRun> readRuns(const std::string& folder, std::vector<std::string>& problems);

} // namespace whyrst::score
