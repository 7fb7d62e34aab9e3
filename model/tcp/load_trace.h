// Reads a capture into a trace.
#pragma once

#include "model/capture/open_options.h"
#include "model/result.h"
#include "model/tcp/trace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace whyrst {

/// Told how far a long work is; may ask to stop.
class Progress
{
public:
    virtual ~Progress() = default;

    /// Called every few milliseconds with the fraction done (0 to 1, or -1 when it cannot be known) and the packets
    /// read. False: stop and keep what was read.
    virtual bool report(double fraction, uint64_t packets) = 0;
};

/// Never stops.
class NoProgress final : public Progress
{
public:
    bool report(double, uint64_t) override { return true; }
};

/// Takes what was read so far while loading goes on.
class SnapshotSink
{
public:
    virtual ~SnapshotSink() = default;

    /// Whether a snapshot is wanted now. Asked often, on a thread of the loader; a snapshot costs a copy of all
    /// `connections`.
    virtual bool wantsSnapshot(size_t connections) = 0;

    /// Called on a thread of the loader, which waits meanwhile.
    virtual void takeSnapshot(Trace trace) = 0;
};

struct LoadOptions
{
    unsigned threads = 0;                   ///< 0: as many as the machine has processors, at most eight
    uint64_t memoryLimit = 0;               ///< bytes for segments and connections; 0: by what the system allows
    SnapshotSink* snapshots = nullptr;      ///< null: nobody looks before the end
    uint64_t hashSeed = 0x9e3779b97f4a7c15; ///< of the connection table; random where captures may be hostile
    bool keepDuplicates = false;            ///< packets that were recorded twice count twice
    OpenOptions open{};                     ///< `keepWaiting` is not used: `progress` is asked
};

/// Reads `file` ("-": standard input) completely, or until `progress` asks to stop.
///
/// A cut or damaged file gives what is there and a note; so does one that is too large for the memory. Errors: those of
/// openCapture; NoTcp when nothing is left.
Result<Trace> loadTrace(const std::string& file, const LoadOptions& options, Progress& progress);

/// Reads several files as one trace in order of time; connections go on from file to file. Errors as of openCaptures.
Result<Trace> loadMergedTrace(const std::vector<std::string>& files, const LoadOptions& options, Progress& progress);

/// Captures from a network interface until `progress` asks to stop, which is the usual end and no note. Errors: those
/// of openLive; NoTcp when no TCP packet came.
Result<Trace> loadLive(const std::string& interface, const LoadOptions& options, Progress& progress);

} // namespace whyrst
