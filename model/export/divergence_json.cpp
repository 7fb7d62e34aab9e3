#include "model/export/divergence_json.h"

#include "model/export/diagnosis_json.h"
#include "model/export/json_frame.h"

namespace whyrst {

namespace {

using Layout = JsonWriter::Layout;

void writeConnection(JsonWriter& json, Outcome outcome, const KnownConnection& known, const Dialogue& dialogue)
{
    const Diagnosis* primary = known.diagnosis.primary();
    json.key(outcomeName(outcome));
    json.beginObject();
    json.key("capture");
    writeCaptureJson(json, known.trace.capture);
    json.member("connection", known.connection.id.value);
    writeEndpoint(json, "client", known.connection.client);
    writeEndpoint(json, "server", known.connection.server);
    json.member("start", epochSeconds(dialogue.begin));
    json.member("ended", endedName(dialogue.end.ended));
    json.member("ended_by", dialogue.end.by ? std::optional(sideName(*dialogue.end.by)) : std::nullopt);
    json.member("cause", primary ? std::optional(causeName(primary->cause)) : std::nullopt);
    json.member("round_trip_ns", dialogue.roundTrip ? std::optional(dialogue.roundTrip->count()) : std::nullopt);
    json.member("turns", dialogue.turns.size());
    json.endObject();
}

std::optional<int64_t> nanosecondsOrNull(const std::optional<Duration>& duration)
{
    return duration ? std::optional(duration->count()) : std::nullopt;
}

void writePlace(JsonWriter& json, Outcome outcome, const DifferencePlace& place)
{
    json.key(outcomeName(outcome));
    json.beginObject(Layout::Compact);
    json.member("frame", frameOrNull(place.frame));
    json.member("last_frame", frameOrNull(place.lastFrame));
    json.member("since_ns", nanosecondsOrNull(place.since));
    json.member("last_since_ns", nanosecondsOrNull(place.lastSince));
    json.endObject();
}

void writeDifference(JsonWriter& json, const Difference& difference)
{
    json.beginObject();
    json.member("kind", differenceKindName(difference.kind));
    json.member("weight", weightName(difference.weight));
    json.member("flow", difference.flow ? std::optional(sideName(*difference.flow)) : std::nullopt);
    json.member("turn", difference.turn ? std::optional(*difference.turn + 1) : std::nullopt);
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad})
        writePlace(json, outcome, difference.place(outcome));
    json.member("text", difference.text);
    json.endObject();
}

} // namespace

void writeDivergenceJson(JsonWriter& json, const GoodAndBad& both, const Divergence& divergence)
{
    json.beginObject();
    json.member("schema", 1);
    json.member("program", "whyrst " WHYRST_VERSION);
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad})
        writeConnection(json, outcome, both.of(outcome), divergence.dialogue(outcome));
    json.member("aligned_at", alignmentName(divergence.alignment));
    json.member("turns_alike", divergence.turnsAlike);
    json.member("summary", divergence.summary);
    json.member("first", divergence.first);
    json.key("differences");
    json.beginArray();
    for (const Difference& difference : divergence.differences)
        writeDifference(json, difference);
    json.endArray();
    json.key("remarks");
    json.beginArray();
    for (const std::string& remark : divergence.remarks)
        json.value(remark);
    json.endArray();
    json.endObject();
    json.endDocument();
    json.flush();
}

} // namespace whyrst
