// What the diagnosis of one connection may ask about the others of its trace.
#pragma once

#include "model/tcp/trace.h"

#include <cstdint>
#include <map>
#include <vector>

namespace whyrst {

/// Facts over all connections, built once per trace.
struct TraceContext
{
    const Trace* trace = nullptr;
};

TraceContext buildTraceContext(const Trace& trace);

} // namespace whyrst
