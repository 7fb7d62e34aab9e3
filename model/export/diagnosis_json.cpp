#include "model/export/diagnosis_json.h"

#include "model/diagnosis/alternatives.h"
#include "model/diagnosis/conditions.h"
#include "model/diagnosis/connection_findings.h"
#include "model/export/episode_json.h"
#include "model/export/json_frame.h"
#include "model/export/statistics_table.h"

#include <array>

namespace whyrst {

namespace {

using Layout = JsonWriter::Layout;

std::optional<const char*> nameOrNull(const std::optional<Confidence>& confidence)
{
    return confidence ? std::optional(confidenceName(*confidence)) : std::nullopt;
}

std::optional<const char*> textOrNull(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text.c_str());
}

template <typename Value>
void writeBothSides(JsonWriter& json, std::string_view name, const Value& client, const Value& server)
{
    json.key(name);
    json.beginObject(Layout::Compact);
    json.member("client", client);
    json.member("server", server);
    json.endObject();
}

void writeTexts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts, Layout layout)
{
    json.key(name);
    json.beginArray(layout);
    for (const std::string& text : texts)
        json.value(text);
    json.endArray();
}

/// An array of objects, a line each.
template <typename Rows, typename WriteMembers>
void writeRows(JsonWriter& json, std::string_view name, const Rows& rows, const WriteMembers& writeMembers)
{
    json.key(name);
    json.beginArray();
    for (const auto& row : rows) {
        json.beginObject(Layout::Compact);
        writeMembers(row);
        json.endObject();
    }
    json.endArray();
}

void writeCounts(JsonWriter& json, const FlowCounts& client, const FlowCounts& server)
{
    const auto write = [&](std::string_view name, uint32_t FlowCounts::*count) {
        writeBothSides(json, name, client.*count, server.*count);
    };
    json.key("counts");
    json.beginObject();
    write("retransmissions", &FlowCounts::retransmissions);
    write("fast_retransmissions", &FlowCounts::fastRetransmissions);
    write("rto_retransmissions", &FlowCounts::rtoRetransmissions);
    write("spurious", &FlowCounts::spurious);
    write("dup_acks", &FlowCounts::dupAcks);
    write("dup_ack_runs", &FlowCounts::dupAckRuns);
    write("out_of_order", &FlowCounts::outOfOrder);
    write("zero_windows", &FlowCounts::zeroWindows);
    writeBothSides(json, "zero_window_ns", client.zeroWindowTime.count(), server.zeroWindowTime.count());
    write("keep_alives", &FlowCounts::keepAlives);
    write("sacks", &FlowCounts::sacks);
    write("dsacks", &FlowCounts::dSacks);
    json.endObject();
}

void writeOrigin(JsonWriter& json, const std::optional<FrameOrigin>& origin)
{
    json.member("file", origin ? std::optional(origin->file.c_str()) : std::nullopt);
    json.member("file_frame", origin ? frameOrNull(origin->packet) : std::nullopt);
}

/// The number of a packet, and where the packet is when several files are one trace.
void writeFrame(JsonWriter& json, const std::optional<uint32_t>& frame, const MergedFrames* merged)
{
    json.member("frame", frame);
    if (merged && !merged->files.empty())
        writeOrigin(json, frame ? merged->originOf(PacketNumber(*frame)) : std::nullopt);
}

void writeStep(JsonWriter& json, const EvidenceStep& step, const CaptureRef& capture)
{
    json.beginObject(Layout::Compact);
    json.member("role", roleName(step.role));
    json.member("capture", capture.index + (step.isAtPeer ? 1 : 0));
    writeFrame(json, frameOrNull(step.frame), capture.merged);
    json.member("last_frame", frameOrNull(step.lastFrame));
    json.member("time", epochSeconds(step.time));
    json.member("flow", step.flow ? std::optional(sideName(*step.flow)) : std::nullopt);
    json.member("seq", step.seq ? std::optional(step.seq->value) : std::nullopt);
    json.member("offset", step.offset ? std::optional(step.offset->value) : std::nullopt);
    json.member("length", step.length);
    json.member("ghost", step.isGhost);
    json.member("text", step.text);
    json.endObject();
}

void writeConditions(JsonWriter& json, const std::vector<Condition>& conditions)
{
    writeRows(json, "conditions", conditions, [&](const Condition& condition) {
        json.member("condition", condition.text);
        json.member("measured", condition.measured);
        json.member("needed", condition.needed);
        json.member("met", condition.isMet);
        json.member("required", condition.isRequired);
    });
}

void writeAlternatives(JsonWriter& json, const Diagnosis& diagnosis)
{
    writeRows(json, "alternatives", diagnosis.alternatives, [&](const Alternative& alternative) {
        json.member("cause", causeName(alternative.cause));
        json.member("confidence", nameOrNull(alternative.confidence));
        json.member("excluded_by", textOrNull(alternative.excludedBy));
        json.member("decided_by", textOrNull(alternative.excludedBy.empty() ? decidingFact(alternative.cause) : ""));
        writeConditions(json, conditionsToShow(diagnosis, alternative));
    });
}

void writeFacts(JsonWriter& json, const std::vector<Fact>& facts)
{
    json.key("facts");
    json.beginObject();
    for (const Fact& fact : facts) {
        json.key(fact.name);
        if (fact.number)
            json.value(*fact.number);
        else
            json.value(fact.text);
    }
    json.endObject();
}

void writeLedger(JsonWriter& json, const std::array<ByteLedger, 2>& ledger)
{
    json.key("ledger");
    json.beginObject();
    for (const Side side : {Side::Client, Side::Server}) {
        const ByteLedger& bytes = ledger[sideIndex(side)];
        json.key(sideName(side));
        json.beginObject(Layout::Compact);
        json.member("acknowledged", bytes.acknowledged);
        json.member("unacknowledged", bytes.unacknowledged);
        json.member("behind_hole", bytes.behindHole);
        json.member("unread_at_least", bytes.unreadAtLeast);
        json.endObject();
    }
    json.endObject();
}

void writeVerdict(JsonWriter& json, const Diagnosis& diagnosis)
{
    json.member("effect_frame", frameOrNull(diagnosis.effectFrame));
    json.member("primary", diagnosis.isPrimary);
    json.member("consequence_of", frameOrNull(diagnosis.consequenceOf));
    json.member("cause", causeName(diagnosis.cause));
    writeTexts(json, "subs", diagnosis.subs, Layout::Compact);
    json.member("mechanism", textOrNull(mechanismName(diagnosis.mechanism)));
    json.member("confidence", nameOrNull(diagnosis.confidence));
    json.member("secondary_cause",
        diagnosis.secondaryCause ? std::optional(causeName(*diagnosis.secondaryCause)) : std::nullopt);
    json.member("stated_reason", textOrNull(diagnosis.statedReason));
    json.member("harm", harmName(diagnosis.harm));
    json.member("place", diagnosis.place ? std::optional(comparePlaceName(*diagnosis.place)) : std::nullopt);
    json.member("summary", diagnosis.summary);
    writeTexts(json, "actions", diagnosis.actions, Layout::Indented);
    writeRows(json, "proofs", diagnosis.proofs, [&](const ProofCommand& proof) {
        json.member("host", sideName(proof.host));
        json.member("shows", proof.shows);
        json.member("command", proof.command);
    });
}

void writeComparisons(JsonWriter& json, const std::vector<FieldComparison>& comparisons)
{
    writeRows(json, "comparisons", comparisons, [&](const FieldComparison& row) {
        json.member("field", row.id);
        json.member("reset", row.inReset);
        json.member("host", row.ofHost);
        json.member("verdict", fieldVerdictName(row.verdict));
    });
}

/// How many connections ended in the same way at the same time or after the same wait (diagnosis.md 4.7).
void writeCohort(JsonWriter& json, const std::vector<Fact>& facts)
{
    const auto cohort = std::ranges::find(facts, "cohort", &Fact::name);
    if (cohort == facts.end() || !cohort->number) {
        json.nullMember("cohort");
        return;
    }
    json.key("cohort");
    json.beginObject(Layout::Compact);
    json.member("connections", *cohort->number);
    json.endObject();
}

void writeEvidence(JsonWriter& json, const Diagnosis& diagnosis, const CaptureRef& capture)
{
    json.key("chain");
    json.beginArray();
    for (const EvidenceStep& step : diagnosis.chain)
        writeStep(json, step, capture);
    json.endArray();
    writeConditions(json, conditionsToShow(diagnosis));
    writeAlternatives(json, diagnosis);
    writeFacts(json, diagnosis.facts);
    if (!diagnosis.isDeath())
        writeComparisons(json, diagnosis.comparisons);
    writeLedger(json, diagnosis.ledger);
    writeCohort(json, diagnosis.facts);
    writeRows(json, "remarks", diagnosis.remarks, [&](const Remark& remark) {
        json.member("id", remark.id);
        writeFrame(json, frameOrNull(remark.frame), capture.merged);
        json.member("text", remark.text);
    });
    json.key("missing");
    json.beginArray(Layout::Compact);
    for (const Missing missing : diagnosis.missing)
        json.value(missingName(missing));
    json.endArray();
    json.member("next_capture", textOrNull(diagnosis.nextCapture));
}

void writeDiagnosis(JsonWriter& json, const Diagnosis& diagnosis, const CaptureRef& capture)
{
    json.beginObject();
    writeFrame(json, frameOrNull(diagnosis.frame), capture.merged);
    json.member("time", epochSeconds(diagnosis.time));
    json.member("from", sideName(diagnosis.from));
    json.member("sender", senderName(diagnosis.sender));
    if (!diagnosis.isDeath()) {
        json.member("form", formName(diagnosis.form));
        json.member("effect", effectName(diagnosis.effect));
        json.member("number", numberPlaceName(diagnosis.number));
    }
    writeVerdict(json, diagnosis);
    writeEvidence(json, diagnosis, capture);
    json.endObject();
}

void writeNote(JsonWriter& json, const CaptureNote& note, const MergedFrames& merged)
{
    json.beginObject(Layout::Compact);
    json.member("id", noteIdName(note.id));
    if (note.file.empty()) {
        writeFrame(json, frameOrNull(note.packet), &merged);
    } else {
        json.nullMember("frame");
        writeOrigin(json, FrameOrigin{note.file, note.packet});
    }
    json.member("offset", note.offset == 0 ? std::nullopt : std::optional(note.offset));
    json.member("text", note.text);
    json.endObject();
}

void writeSummary(JsonWriter& json, const Connection& connection, const ConnectionDiagnosis& diagnosis)
{
    json.member("id", connection.id.value);
    writeEndpoint(json, "client", connection.client);
    writeEndpoint(json, "server", connection.server);
    json.member("client_assumed", connection.clientAssumed());
    json.member("first_frame", connection.firstFrame.value);
    json.member("last_frame", connection.lastFrame.value);
    json.member("start", epochSeconds(connection.firstTime));
    json.member("duration_ns", (connection.lastTime - connection.firstTime).count());
    json.member("opened", openedName(diagnosis.summary.opened));
    json.member("ended", endedName(diagnosis.summary.ended));
    json.member("conn_state", connStateName(diagnosis.history.state));
    json.member("history", diagnosis.history.letters);
    json.member("completeness", diagnosis.history.completeness);
    if (connection.tunnel() != Tunnel::None)
        json.member("tunnel", tunnelName(connection.tunnel()));
    json.key("vantage");
    json.beginObject(Layout::Compact);
    json.member("where", placeName(diagnosis.vantage.place));
    json.member("confidence", nameOrNull(diagnosis.vantage.confidence));
    json.endObject();
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    writeBothSides(json, "packets", client.size(), server.size());
    writeBothSides(json, "bytes", client.payloadBytes, server.payloadBytes);
}

} // namespace

void writeEndpoint(JsonWriter& json, std::string_view name, const Endpoint& endpoint)
{
    json.key(name);
    json.beginObject(Layout::Compact);
    json.member("address", toString(endpoint.address));
    json.member("port", endpoint.port);
    json.endObject();
}

void writeThresholdsJson(JsonWriter& json, const DiagnosisSettings& settings)
{
    json.key("thresholds");
    json.beginObject(Layout::Compact);
    json.member("re_sends", settings.resends);
    json.member("closed_window_ns", settings.closedWindow.count());
    json.member("idle_ns", settings.idle.count());
    json.endObject();
}

void writeCaptureJson(JsonWriter& json, const CaptureInfo& capture)
{
    json.beginObject();
    json.member("file", capture.file);
    if (!capture.merged.files.empty())
        writeTexts(json, "files", capture.merged.files, Layout::Indented);
    json.member("format", capture.format);
    json.member("packets", capture.packets);
    json.member("first_time", epochSeconds(capture.firstTime));
    json.member("last_time", epochSeconds(capture.lastTime));
    writeTexts(json, "link_types", capture.linkTypes, Layout::Compact);
    json.member("dropped_by_capture", capture.droppedByCapture);
    json.key("notes");
    json.beginArray();
    for (const CaptureNote& note : capture.notes)
        writeNote(json, note, capture.merged);
    json.endArray();
    json.endObject();
}

void writeConnectionJson(
    JsonWriter& json, const DiagnosedConnection& diagnosed, const CaptureRef& capture, ConnectionExtras extras)
{
    const ConnectionDiagnosis& diagnosis = diagnosed.diagnosis;
    json.beginObject();
    if (!capture.file.empty())
        json.member("file", capture.file);
    writeSummary(json, diagnosed.connection, diagnosis);
    writeCounts(json, diagnosed.analysis.flow(Side::Client).counts, diagnosed.analysis.flow(Side::Server).counts);
    if (extras.statistics)
        writeStatisticsJson(json, diagnosed.connection);
    if (extras.episodes)
        writeEpisodesJson(json, findingsOf(diagnosed.connection, diagnosed.analysis, diagnosis), diagnosis.vantage);
    json.key("resets");
    json.beginArray();
    for (const Diagnosis& reset : diagnosis.resets)
        writeDiagnosis(json, reset, capture);
    json.endArray();
    json.key("death");
    if (diagnosis.death)
        writeDiagnosis(json, *diagnosis.death, capture);
    else
        json.null();
    json.endObject();
}

} // namespace whyrst
