// The diagnosis of captures as JSON: one document (resources/schema/diagnose-1.json), or one connection a line.
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/export/json_writer.h"
#include "model/tcp/trace.h"

#include <cstddef>
#include <string>

namespace whyrst {

/// A connection with all that is known of it. Refers to values of the caller.
struct DiagnosedConnection
{
    const Connection& connection;
    const Analysis& analysis;
    const ConnectionDiagnosis& diagnosis;
};

/// Where a connection's packets are.
struct CaptureRef
{
    size_t index = 0;                     ///< in the document's list of captures
    std::string file;                     ///< written as member `file` when not empty
    const MergedFrames* merged = nullptr; ///< of several files as one: `file` and `file_frame` stand beside each frame
};

/// Member `name`: address and port.
void writeEndpoint(JsonWriter& json, std::string_view name, const Endpoint& endpoint);

/// Member `thresholds`: those that can be set, as they were set.
void writeThresholdsJson(JsonWriter& json, const DiagnosisSettings& settings);

/// Members of one capture, as an object of the document's `captures`.
void writeCaptureJson(JsonWriter& json, const CaptureInfo& capture);

/// What is told of a connection besides its `counts` and its diagnosis.
struct ConnectionExtras
{
    bool statistics = false; ///< `statistics`
    bool episodes = false;   ///< `episodes` and `time_share`
};

/// One connection, as an object of the document's `connections`, or as a line of its own in a compact writer.
void writeConnectionJson(
    JsonWriter& json, const DiagnosedConnection& diagnosed, const CaptureRef& capture, ConnectionExtras extras);

} // namespace whyrst
