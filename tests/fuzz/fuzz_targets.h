// What is fuzzed: each target takes any bytes and must neither fail nor break a promise of the model.
//
// Built by clang, each is a program of its own (fuzz_<name>); in the ordinary tests all are run on the stored inputs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace whyrst::fuzz {

using Input = std::span<const std::byte>;

struct FuzzTarget
{
    std::string name;
    void (*run)(Input);
};

/// All of them.
const std::vector<FuzzTarget>& fuzzTargets();

/// Ends the program when a promise is broken: a finding like any fault.
void require(bool holds, const char* promise);

// The readers over bytes in memory: those of the two formats, whatever magic number the input has; that of compressed
// files, which recognises the format; and two files as one, of which the first has the length that the first two bytes
// say.
void runPcap(Input input);
void runPcapng(Input input);
void runCompressed(Input input);
void runMerged(Input input);

/// The packet decoder: packets of any link type one after the other, in the layout of packet_script.h.
void runPacketDecoder(Input input);

/// A capture file, from its bytes to the diagnosis of each connection as JSON, and the charts.
void runWholePath(Input input);

/// The same for conversations in the layout of segment_script.h: each input is a well-formed capture.
void runSegments(Input input);

/// Two such conversations, each half of the input, as the two captures of a comparison; and the first with itself.
void runCompare(Input input);

} // namespace whyrst::fuzz
