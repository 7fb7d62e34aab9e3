#include "app/diagnose_output.h"

#include "app/peer_capture.h"

#include "model/diagnosis/connection_findings.h"
#include "model/export/comparison_text.h"
#include "model/export/diagnosis_text.h"
#include "model/export/episode_text.h"
#include "model/export/handshake_card.h"
#include "model/export/statistics_table.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

namespace whyrst {

namespace {

using Visitor = std::function<void(const DiagnosedConnection&)>;

struct Finding
{
    Timestamp time;
    ConnectionId connection;
    Harm harm = Harm::None;
    CauseId cause = CauseId::Unknown;
};

/// The findings that are told in full. Of the others there may be millions: they are only counted.
class WorstFindings
{
public:
    void add(const Finding& finding)
    {
        ++m_count;
        m_worst.push_back(finding);
        if (m_worst.size() == 2 * mostTexts)
            dropOthers();
    }

    /// Worst harm first, then in order of time. None may be added afterwards.
    const std::vector<Finding>& worst()
    {
        dropOthers();
        return m_worst;
    }
    const std::map<CauseId, uint64_t>& others() const { return m_others; }
    size_t count() const { return m_count; }

private:
    static constexpr size_t mostTexts = 1000; ///< nobody reads more

    void dropOthers()
    {
        std::ranges::stable_sort(m_worst,
            [](const Finding& a, const Finding& b) { return std::tuple(b.harm, a.time) < std::tuple(a.harm, b.time); });
        for (; m_worst.size() > mostTexts; m_worst.pop_back())
            ++m_others[m_worst.back().cause];
    }

    std::vector<Finding> m_worst;
    std::map<CauseId, uint64_t> m_others;
    size_t m_count = 0;
};

/// For people: worst harm first, then in order of time.
class TextOutput final : public DiagnoseOutput
{
public:
    explicit TextOutput(std::ostream& out)
        : m_out(out)
    {
    }

    void addCapture(const TraceContext& context, const ConnectionRange& range, const DiagnoseSelection& selection,
        const Visitor& seen) override
    {
        WorstFindings findings;
        const auto find = [&](const DiagnosedConnection& diagnosed) -> std::optional<Finding> {
            seen(diagnosed);
            const Diagnosis* worst = worstOf(diagnosed.diagnosis);
            if (!worst)
                return std::nullopt;
            return Finding{worst->time, diagnosed.connection.id, worst->harm, worst->cause};
        };
        visitConnections(context, range, selection, Detail::Brief, find, [&](const std::optional<Finding>& finding) {
            if (finding)
                findings.add(*finding);
        });
        m_out << (m_isFirst ? "" : "\n") << captureText(context.trace->capture);
        if (const std::string changed = changedThresholdsText(context.settings); !changed.empty())
            m_out << "  thresholds: " << changed << "\n";
        if (selection.peer) {
            const PeerCapture& peer = *selection.peer;
            m_out << "with " << captureText(peer.trace().capture)
                  << wrapped(clockText(peer.comparison(), peer.traces().client.capture), 0) << "\n";
            if (!peer.comparison().contentRemark.empty())
                m_out << wrapped(peer.comparison().contentRemark, 0) << "\n";
        }
        m_isFirst = false;
        for (const Finding& finding : findings.worst()) {
            const FullDiagnosis full(context, finding.connection, selection);
            m_out << connectionText(context.trace->capture, full.connection, full.diagnosis, selection.others);
        }
        if (!findings.others().empty())
            m_out << otherFindingsText(findings.others());
        m_out << quietConnectionsText(range.end - range.begin - findings.count(), findings.count());
        for (uint32_t id = range.begin; selection.extras.episodes && id < range.end; ++id) {
            const FullDiagnosis full(context, ConnectionId(id), selection);
            m_out << episodesText(
                full.connection, findingsOf(full.connection, full.analysis, full.diagnosis), full.diagnosis.vantage);
        }
        for (uint32_t id = range.begin; selection.extras.statistics && id < range.end; ++id)
            m_out << handshakeText(context.trace->connections[id]) << statisticsText(context.trace->connections[id]);
    }

    void finish() override { }

private:
    /// The answer for the connection, or the reset that was asked for; null when there is nothing to tell.
    static const Diagnosis* worstOf(const ConnectionDiagnosis& diagnosis)
    {
        if (diagnosis.death)
            return &*diagnosis.death;
        const auto worst = std::ranges::max_element(diagnosis.resets, {}, &Diagnosis::harm);
        return worst == diagnosis.resets.end() ? nullptr : &*worst;
    }

    std::ostream& m_out;
    bool m_isFirst = true;
};

/// Makes the JSON object of a connection, on any thread.
auto jsonMaker(const CaptureRef& capture, ConnectionExtras extras, const Visitor& seen)
{
    return [&capture, extras, &seen](const DiagnosedConnection& diagnosed) {
        seen(diagnosed);
        std::ostringstream text;
        JsonWriter json(text, JsonWriter::Layout::Compact);
        writeConnectionJson(json, diagnosed, capture, extras);
        json.flush();
        return std::move(text).str();
    };
}

/// One connection a line.
class JsonLinesOutput final : public DiagnoseOutput
{
public:
    explicit JsonLinesOutput(std::ostream& out)
        : m_json(out, JsonWriter::Layout::Compact)
    {
    }

    void addCapture(const TraceContext& context, const ConnectionRange& range, const DiagnoseSelection& selection,
        const Visitor& seen) override
    {
        const CaptureInfo& capture = context.trace->capture;
        const CaptureRef ref{m_captures++, capture.file, &capture.merged};
        visitConnections(context, range, selection, Detail::Full, jsonMaker(ref, selection.extras, seen),
            [&](const std::string& json) {
                m_json.verbatim(json);
                m_json.endDocument();
            });
        m_json.flush();
    }

    void finish() override { m_json.flush(); }

private:
    JsonWriter m_json;
    size_t m_captures = 0;
};

/// One document for all captures. The list of captures stands before the connections: with one capture everything is
/// written at once, with several the connections wait in memory for the end of the list.
class JsonOutput final : public DiagnoseOutput
{
public:
    JsonOutput(std::ostream& out, bool hasSeveral)
        : m_json(out)
        , m_hasSeveral(hasSeveral)
    {
    }

    void addCapture(const TraceContext& context, const ConnectionRange& range, const DiagnoseSelection& selection,
        const Visitor& seen) override
    {
        if (m_captures == 0)
            beginDocument(context.settings);
        const CaptureInfo& capture = context.trace->capture;
        writeCaptureJson(m_json, capture);
        if (selection.peer)
            writeCaptureJson(m_json, selection.peer->trace().capture);
        if (!m_hasSeveral)
            beginConnections();
        const CaptureRef ref{m_captures++, m_hasSeveral ? capture.file : std::string(), &capture.merged};
        visitConnections(
            context, range, selection, Detail::Full, jsonMaker(ref, selection.extras, seen), [&](std::string json) {
                if (m_hasSeveral)
                    m_waiting.push_back(std::move(json));
                else
                    m_json.verbatim(json);
            });
    }

    void finish() override
    {
        if (m_captures == 0)
            return;
        if (m_hasSeveral)
            beginConnections();
        for (const std::string& connection : m_waiting)
            m_json.verbatim(connection);
        m_json.endArray();
        m_json.endObject();
        m_json.endDocument();
        m_json.flush();
    }

private:
    void beginDocument(const DiagnosisSettings& settings)
    {
        m_json.beginObject();
        m_json.member("schema", 1);
        m_json.member("program", "whyrst " WHYRST_VERSION);
        writeThresholdsJson(m_json, settings);
        m_json.key("captures");
        m_json.beginArray();
    }

    void beginConnections()
    {
        m_json.endArray();
        m_json.key("connections");
        m_json.beginArray();
    }

    JsonWriter m_json;
    bool m_hasSeveral;
    size_t m_captures = 0;
    std::vector<std::string> m_waiting;
};

} // namespace

std::unique_ptr<DiagnoseOutput> makeDiagnoseOutput(DiagnoseFormat format, size_t fileCount, std::ostream& out)
{
    switch (format) {
    case DiagnoseFormat::Json:
        return std::make_unique<JsonOutput>(out, fileCount > 1);
    case DiagnoseFormat::JsonLines:
        return std::make_unique<JsonLinesOutput>(out);
    case DiagnoseFormat::Text:
        break;
    }
    return std::make_unique<TextOutput>(out);
}

} // namespace whyrst
