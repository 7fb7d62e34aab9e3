#include "app/diagnose_selection.h"

#include "app/peer_capture.h"

#include <algorithm>

namespace whyrst {

namespace {

Error notFound(const Trace& trace, std::string what)
{
    Error error;
    error.code = ErrorCode::NotFound;
    error.file = trace.capture.file;
    error.detail = std::move(what);
    return error;
}

void keepOnly(ConnectionDiagnosis& diagnosis, PacketNumber reset)
{
    std::erase_if(diagnosis.resets, [&](const Diagnosis& other) { return other.frame != reset; });
    diagnosis.death.reset();
}

} // namespace

bool FailOn::matches(const Diagnosis& diagnosis) const
{
    return (anyHarm && diagnosis.harm != Harm::None) || std::ranges::find(causes, diagnosis.cause) != causes.end();
}

bool isFailure(const FailOn& failOn, const ConnectionDiagnosis& diagnosis)
{
    if (diagnosis.death && failOn.matches(*diagnosis.death))
        return true;
    return std::ranges::any_of(
        diagnosis.resets, [&](const Diagnosis& reset) { return reset.isPrimary && failOn.matches(reset); });
}

Result<ConnectionRange> selectedConnections(const Trace& trace, const DiagnoseSelection& selection)
{
    ConnectionRange range{0, static_cast<uint32_t>(trace.connections.size())};
    if (selection.connection) {
        const uint32_t id = selection.connection->value;
        if (id >= range.end)
            return notFound(trace, "connection " + std::to_string(id));
        range = {id, id + 1};
    }
    if (!selection.reset)
        return range;
    const auto reset = std::ranges::find(trace.resets, *selection.reset, &ResetRef::frame);
    const bool found
        = reset != trace.resets.end() && reset->connection.value >= range.begin && reset->connection.value < range.end;
    if (!found)
        return notFound(trace, "reset in frame " + std::to_string(selection.reset->value));
    return ConnectionRange{reset->connection.value, reset->connection.value + 1};
}

FullDiagnosis::FullDiagnosis(
    const TraceContext& context, ConnectionId id, const DiagnoseSelection& selection, Detail detail)
    : connection(context.trace->connection(id))
    , analysis(analyzeConnection(connection))
    , diagnosis(diagnoseConnection(context, connection, analysis, detail))
{
    if (selection.peer)
        diagnosis = selection.peer->combine(connection, std::move(diagnosis), detail);
    if (selection.reset)
        keepOnly(diagnosis, *selection.reset);
}

} // namespace whyrst
