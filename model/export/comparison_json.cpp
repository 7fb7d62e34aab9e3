#include "model/export/comparison_json.h"

#include "model/compare/packet_relations.h"
#include "model/export/diagnosis_json.h"
#include "model/export/json_frame.h"

#include <cmath>
#include <cstdio>

namespace whyrst {

namespace {

using Layout = JsonWriter::Layout;

/// A number with three decimals.
void writeDecimal(JsonWriter& json, std::string_view name, double number)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.3f", std::abs(number) < 0.0005 ? 0.0 : number);
    json.key(name);
    json.verbatim(text.data());
}

template <typename Value> void writeSides(JsonWriter& json, std::string_view name, Value client, Value server)
{
    json.key(name);
    json.beginObject(Layout::Compact);
    json.member("client_seq", client);
    json.member("server_seq", server);
    json.endObject();
}

constexpr double perMillion = 1e6;

/// With packets of one direction only the offset has no bound on one side.
std::optional<int64_t> boundOrNull(const CaptureClock& clock, const ClockPiece& piece)
{
    const bool isBound = clock.kind == ClockKind::TwoWay || clock.kind == ClockKind::FromRtt;
    return isBound ? std::optional(piece.bound.count()) : std::nullopt;
}

/// A stretch of the clock; outside of what packets of both directions check it is open.
void writePiece(JsonWriter& json, const CaptureClock& clock, const ClockPiece& piece, Timestamp from, bool isClosed)
{
    json.beginObject(Layout::Compact);
    json.member("from", epochSeconds(from));
    json.member("offset_ns", piece.offsetAt(from).count());
    writeDecimal(json, "drift_ppm", piece.drift * perMillion);
    json.member("uncertainty_ns", boundOrNull(clock, piece));
    json.member("closed", isClosed);
    json.endObject();
}

void writeClock(JsonWriter& json, const CaptureClock& clock, const CaptureInfo& client)
{
    const ClockPiece& first = clock.pieceAt(client.firstTime);
    json.key("clock");
    json.beginObject();
    json.member("offset_ns", first.offsetAt(client.firstTime).count());
    writeDecimal(json, "drift_ppm", first.drift * perMillion);
    json.member("uncertainty_ns", boundOrNull(clock, first));
    json.member("kind", clockKindName(clock.kind));
    json.key("pieces");
    json.beginArray();
    for (const ClockPiece& piece : clock.pieces) {
        const bool isFirst = &piece == &clock.pieces.front();
        const Timestamp from = isFirst ? std::min(client.firstTime, piece.from) : piece.from;
        if (clock.kind != ClockKind::TwoWay && clock.kind != ClockKind::FromRtt) {
            writePiece(json, clock, piece, from, false);
            continue;
        }
        if (from < piece.closedFrom)
            writePiece(json, clock, piece, from, false);
        writePiece(json, clock, piece, piece.closedFrom, true);
        const bool isLast = &piece == &clock.pieces.back();
        const Timestamp end = isLast ? client.lastTime : (&piece + 1)->from;
        if (piece.closedTo < end)
            writePiece(json, clock, piece, piece.closedTo, false);
    }
    json.endArray();
    json.endObject();
}

/// Writes one pair.
class PairWriter
{
public:
    PairWriter(JsonWriter& json, const TracePair& traces, const Comparison& comparison, const ConnectionPair& pair)
        : m_json(json)
        , m_traces(traces)
        , m_pair(pair)
        , m_relations(packetRelations(traces, comparison.clock, pair))
    {
    }

    void write()
    {
        m_json.beginObject();
        m_json.member("client_connection", m_pair.client.value);
        m_json.member("server_connection", m_pair.server.value);
        m_json.member("score", m_pair.score);
        m_json.member("key", m_pair.evidence);
        m_json.member("by_hand", m_pair.isByHand);
        writeSides(m_json, "shifts", m_pair.ways[0].shift.value, m_pair.ways[1].shift.value);
        writeCounts();
        writeRules();
        writePackets("lost", Relation::Lost);
        writePackets("injected", Relation::Injected);
        writeAltered();
        writeEqual();
        writeReordered();
        writeResets();
        writeFindings();
        m_json.key("verdict");
        m_json.beginObject(Layout::Compact);
        m_json.member("where", comparePlaceName(m_pair.place));
        m_json.member("summary", verdictText(m_pair));
        m_json.endObject();
        m_json.endObject();
    }

private:
    void writeCounts()
    {
        const PairCounts counts = countPair(m_pair);
        m_json.key("segments");
        m_json.beginObject(Layout::Compact);
        m_json.member("paired", counts.paired);
        m_json.member("client_only", counts.clientOnly);
        m_json.member("server_only", counts.serverOnly);
        m_json.endObject();
    }

    void writeRules()
    {
        m_json.key("rules");
        m_json.beginArray();
        for (const RewriteRule& rule : m_pair.rules) {
            m_json.beginObject(Layout::Compact);
            m_json.member("id", rule.id);
            m_json.member("flow", rule.flow ? std::optional(sideName(*rule.flow)) : std::nullopt);
            m_json.member("packets", rule.packets);
            m_json.member("exceptions", rule.exceptions);
            m_json.member("text", rule.text);
            m_json.endObject();
        }
        m_json.endArray();
    }

    const Flow& flowAt(Side from, Side capture) const { return flowOf(m_traces, m_pair, from, capture); }

    void writePackets(std::string_view name, Relation wanted)
    {
        m_json.key(name);
        m_json.beginArray();
        for (const PacketRelation& relation : m_relations) {
            if (relation.relation == wanted)
                writePacket(relation);
        }
        m_json.endArray();
    }

    void writePacket(const PacketRelation& relation)
    {
        const bool atClient = relation.clientFrame.value != 0;
        const Side capture = atClient ? Side::Client : Side::Server;
        const Flow& flow = flowAt(relation.flow, capture);
        const uint32_t row = relation.sentRow != PacketRelation::noRow ? relation.sentRow : relation.arrivedRow;
        const Segment segment = flow.segments.at(row);
        m_json.beginObject(Layout::Compact);
        m_json.member("flow", sideName(relation.flow));
        m_json.member("frame", (atClient ? relation.clientFrame : relation.serverFrame).value);
        m_json.member("capture", sideName(capture));
        m_json.member("seq", flow.rawSeq(segment.seq).value);
        m_json.member("length", segment.payloadLength);
        m_json.member("certain", relation.isCertain);
        m_json.endObject();
    }

    /// Packets of which only the number that arrived is known.
    void writeEqual()
    {
        m_json.key("ambiguous");
        m_json.beginArray();
        for (const PacketRelation& relation : m_relations) {
            if (relation.equalSent == 0)
                continue;
            m_json.beginObject(Layout::Compact);
            m_json.member("flow", sideName(relation.flow));
            m_json.member("client_frame", frameOrNull(relation.clientFrame));
            m_json.member("server_frame", frameOrNull(relation.serverFrame));
            m_json.member("equal_sent", relation.equalSent);
            m_json.member("equal_arrived", relation.equalArrived);
            m_json.endObject();
        }
        m_json.endArray();
    }

    void writeReordered()
    {
        m_json.key("reordered");
        m_json.beginArray();
        for (const PacketRelation& relation : m_relations) {
            if (!relation.isReordered)
                continue;
            m_json.beginObject(Layout::Compact);
            m_json.member("flow", sideName(relation.flow));
            m_json.member("client_frame", relation.clientFrame.value);
            m_json.member("server_frame", relation.serverFrame.value);
            m_json.endObject();
        }
        m_json.endArray();
    }

    /// Whether a RST reached the other side; nothing when no capture tells.
    static std::optional<bool> hasArrived(const ResetOrigin& origin)
    {
        if (!origin.sent || origin.sent == SentVerdict::Delivered)
            return true;
        return origin.neverArrived ? std::optional(false) : std::nullopt;
    }

    void writeAltered()
    {
        m_json.key("altered");
        m_json.beginArray();
        for (const Alteration& alteration : m_pair.alterations) {
            const PacketNumber sent = flowAt(alteration.flow, alteration.flow).segments.at(alteration.sent).frame;
            const PacketNumber arrived
                = flowAt(alteration.flow, otherSide(alteration.flow)).segments.at(alteration.arrived).frame;
            const bool fromClient = alteration.flow == Side::Client;
            m_json.beginObject(Layout::Compact);
            m_json.member("client_frame", (fromClient ? sent : arrived).value);
            m_json.member("server_frame", (fromClient ? arrived : sent).value);
            m_json.key("fields");
            m_json.beginArray();
            for (const std::string& field : alteration.fields)
                m_json.value(field);
            m_json.endArray();
            m_json.member("text", alteration.text);
            m_json.endObject();
        }
        m_json.endArray();
    }

    static std::string senderOf(const ResetOrigin& origin)
    {
        return origin.sentBy == ResetSender::Endpoint ? sideName(origin.flow) : senderName(origin.sentBy);
    }

    void writeResets()
    {
        m_json.key("resets");
        m_json.beginArray();
        for (const ResetOrigin& origin : m_pair.resets) {
            m_json.beginObject(Layout::Compact);
            m_json.member("client_frame", frameOrNull(origin.clientFrame));
            m_json.member("server_frame", frameOrNull(origin.serverFrame));
            m_json.member("sent_by", senderOf(origin));
            m_json.member("cause", origin.cause ? std::optional(causeName(*origin.cause)) : std::nullopt);
            m_json.member(
                "confidence", origin.confidence ? std::optional(confidenceName(*origin.confidence)) : std::nullopt);
            m_json.member("never_arrived", origin.neverArrived);
            m_json.member("arrived", hasArrived(origin));
            m_json.endObject();
        }
        m_json.endArray();
    }

    void writeFrames(std::string_view name, const std::vector<PacketNumber>& frames)
    {
        m_json.key(name);
        m_json.beginArray();
        for (const PacketNumber frame : frames)
            m_json.value(frame.value);
        m_json.endArray();
    }

    void writeFindings()
    {
        m_json.key("findings");
        m_json.beginArray();
        for (const CompareFinding& finding : m_pair.findings) {
            m_json.beginObject(Layout::Compact);
            m_json.member("id", finding.id);
            m_json.member("where", comparePlaceName(finding.place));
            m_json.member("confidence", confidenceName(finding.confidence));
            m_json.member("text", finding.text);
            writeFrames("client_frames", finding.clientFrames);
            writeFrames("server_frames", finding.serverFrames);
            m_json.endObject();
        }
        m_json.endArray();
    }

    JsonWriter& m_json;
    const TracePair& m_traces;
    const ConnectionPair& m_pair;
    std::vector<PacketRelation> m_relations;
};

template <typename Doubtful>
void writeDoubtful(JsonWriter& json, std::string_view name, const std::vector<Doubtful>& list)
{
    json.key(name);
    json.beginArray();
    for (const Doubtful& doubtful : list) {
        json.beginObject(Layout::Compact);
        json.member("client_connection", doubtful.client.value);
        json.member("server_connection", doubtful.server.value);
        json.member("why", doubtful.why);
        json.endObject();
    }
    json.endArray();
}

void writeDelay(JsonWriter& json, const StoreAndForward& delay, Side from)
{
    json.beginObject(Layout::Compact);
    json.member("flow", sideName(from));
    json.member("places", delay.marks);
    json.member("least_ns", delay.least.count());
    json.member("median_ns", delay.median.count());
    json.member("most_ns", delay.most.count());
    json.endObject();
}

void writeCouple(JsonWriter& json, const TerminatedPair& couple)
{
    json.beginObject();
    json.member("client_connection", couple.client.value);
    json.member("server_connection", couple.server.value);
    json.member("why", couple.why);
    json.key("signs");
    json.beginArray();
    for (const std::string& sign : couple.signs)
        json.value(sign);
    json.endArray();
    json.key("forwarded");
    json.beginArray();
    for (const Side from : {Side::Client, Side::Server}) {
        if (const auto& delay = couple.delays[sideIndex(from)])
            writeDelay(json, *delay, from);
    }
    json.endArray();
    json.key("resets");
    json.beginArray();
    for (const LegReset& reset : couple.resets) {
        json.beginObject(Layout::Compact);
        json.member("capture", sideName(reset.capture));
        json.member("frame", reset.frame.value);
        json.member("flow", sideName(reset.from));
        json.endObject();
    }
    json.endArray();
    json.endObject();
}

void writeIds(JsonWriter& json, std::string_view name, const std::vector<ConnectionId>& ids)
{
    json.key(name);
    json.beginArray();
    for (const ConnectionId id : ids)
        json.value(id.value);
    json.endArray();
}

} // namespace

void writeComparisonJson(JsonWriter& json, const TracePair& traces, const Comparison& comparison)
{
    json.beginObject();
    json.member("schema", 1);
    json.member("program", "whyrst " WHYRST_VERSION);
    writeThresholdsJson(json, comparison.settings);
    json.key("captures");
    json.beginArray();
    writeCaptureJson(json, traces.client.capture);
    writeCaptureJson(json, traces.server.capture);
    json.endArray();
    writeClock(json, comparison.clock, traces.client.capture);
    json.member("contents_not_compared",
        comparison.contentRemark.empty() ? std::nullopt : std::optional(comparison.contentRemark));
    json.key("pairs");
    json.beginArray();
    for (const ConnectionPair& pair : comparison.pairs)
        PairWriter(json, traces, comparison, pair).write();
    json.endArray();
    writeDoubtful(json, "refused", comparison.refused);
    json.key("terminated");
    json.beginArray();
    for (const TerminatedPair& couple : comparison.terminated)
        writeCouple(json, couple);
    json.endArray();
    json.key("unpaired");
    json.beginObject(Layout::Compact);
    writeIds(json, "client", comparison.unpairedClient);
    writeIds(json, "server", comparison.unpairedServer);
    json.endObject();
    json.endObject();
    json.endDocument();
    json.flush();
}

void writePairsCsv(std::ostream& out, const TracePair& traces, const Comparison& comparison)
{
    const auto frame = [](PacketNumber number) { return number.value == 0 ? "" : std::to_string(number.value); };
    out << "client_frame,server_frame,relation,delay_ns\n";
    for (const ConnectionPair& pair : comparison.pairs) {
        for (const PacketRelation& relation : packetRelations(traces, comparison.clock, pair)) {
            out << frame(relation.clientFrame) << ',' << frame(relation.serverFrame) << ','
                << relationName(relation.relation) << ','
                << (relation.delay ? std::to_string(relation.delay->count()) : "") << '\n';
        }
    }
}

} // namespace whyrst
