// A loaded capture with its diagnosis: what travels from the loader to the window.
#pragma once

#include "model/diagnosis/diagnosis.h"
#include "model/tcp/trace.h"

#include <memory>

namespace whyrst {

/// A trace and its diagnosis, shared by all who show them. The diagnosis refers to the trace: keep both.
struct OpenTrace
{
    std::shared_ptr<const Trace> trace;
    std::shared_ptr<const TraceDiagnosis> diagnosis;

    explicit operator bool() const { return trace && diagnosis; }

    /// Summary of connection `id`, or null: the diagnosis was stopped before it.
    const ConnectionSummary* summary(ConnectionId id) const
    {
        return id.value < diagnosis->connections.size() ? &diagnosis->connections[id.value] : nullptr;
    }

    /// The headline that answers for connection `id`, or null: nothing is wrong with it, or it was not diagnosed.
    const Headline* headline(ConnectionId id) const
    {
        const ConnectionSummary* found = summary(id);
        return found && found->primary ? &diagnosis->headlines[*found->primary] : nullptr;
    }
};

} // namespace whyrst
