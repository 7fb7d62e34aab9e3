// Opened traces for tests of the document and of views.
#pragma once

#include "model/document/open_trace.h"

#include <string>

namespace whyrst::test {

/// The sample capture, loaded and diagnosed: an upload that dies after many duplicate ACKs.
OpenTrace openSample();
/// Any capture, loaded and diagnosed. Throws when it cannot be read.
OpenTrace openCaptureFile(const std::string& file);

std::string samplePath();
/// A capture in tests/traces/lab: "segment-black-hole.upload-sack--2/client.pcap".
std::string labPath(const std::string& name);

/// `count` connections without segments from 10.0.0.1:(1000 + id) to 10.0.1.(id % 4):443, one a second for 10 s.
/// Every third ends with FIN, the others with a reset; resets of id % 3 == 1 are a black hole with data lost, those of
/// id % 3 == 2 a harmless teardown.
OpenTrace makeTrace(uint32_t count);

} // namespace whyrst::test
