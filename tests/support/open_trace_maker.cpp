#include "tests/support/open_trace_maker.h"

#include "model/analysis/analysis.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <stdexcept>

namespace whyrst::test {
namespace {

using std::chrono::seconds;

Endpoint endpoint(uint8_t third, uint8_t fourth, uint16_t port)
{
    Endpoint result;
    result.address.bytes = {10, 0, third, fourth};
    result.port = port;
    return result;
}

Connection makeConnection(uint32_t id)
{
    Connection connection;
    connection.id = ConnectionId(id);
    connection.client = endpoint(0, 1, static_cast<uint16_t>(1000 + id));
    connection.server = endpoint(1, static_cast<uint8_t>(id % 4), 443);
    connection.firstFrame = PacketNumber(10 * id + 1);
    connection.lastFrame = PacketNumber(10 * id + 10);
    connection.firstTime = Timestamp(seconds(1000 + id));
    connection.lastTime = connection.firstTime + seconds(10);
    connection.flow(Side::Client).payloadBytes = id;
    return connection;
}

ConnectionSummary makeSummary(const Connection& connection)
{
    ConnectionSummary summary;
    summary.opened = Opened::Handshake;
    summary.ended = connection.id.value % 3 == 0 ? Ended::Fin : Ended::Reset;
    if (summary.ended == Ended::Reset)
        summary.troubles.edit().events.push_back(
            {TimelineEvent::What::Reset, connection.lastTime, connection.lastTime, connection.lastFrame});
    return summary;
}

Headline makeHeadline(const Connection& connection)
{
    Headline headline;
    headline.connection = connection.id;
    headline.frame = connection.lastFrame;
    headline.time = connection.lastTime;
    const bool isBad = connection.id.value % 3 == 1;
    headline.cause = isBad ? CauseId::SegmentBlackHole : CauseId::Teardown;
    headline.harm = isBad ? Harm::DataLost : Harm::None;
    headline.confidence = Confidence::Likely;
    return headline;
}

void addHeadlines(const Trace& trace, TraceDiagnosis& diagnosis)
{
    for (const uint32_t kind : {1U, 2U}) {
        for (const Connection& connection : trace.connections) {
            if (connection.id.value % 3 != kind)
                continue;
            diagnosis.connections[connection.id.value].primary = static_cast<uint32_t>(diagnosis.headlines.size());
            diagnosis.headlines.push_back(makeHeadline(connection));
        }
    }
}

} // namespace

std::string samplePath()
{
    return std::string(WHYRST_SOURCE_DIR) + "/resources/samples/upload-stalls.pcapng";
}

std::string labPath(const std::string& name)
{
    return std::string(WHYRST_SOURCE_DIR) + "/tests/traces/lab/" + name;
}

OpenTrace openCaptureFile(const std::string& file)
{
    NoProgress progress;
    Result<Trace> trace = loadTrace(file, {}, progress);
    if (!trace)
        throw std::runtime_error(sentenceFor(trace.error()));
    OpenTrace open;
    open.trace = std::make_shared<const Trace>(std::move(trace).value());
    open.diagnosis = std::make_shared<const TraceDiagnosis>(diagnoseTrace(*open.trace, progress));
    return open;
}

OpenTrace openSample()
{
    return openCaptureFile(samplePath());
}

OpenTrace makeTrace(uint32_t count)
{
    auto trace = std::make_shared<Trace>();
    auto diagnosis = std::make_shared<TraceDiagnosis>();
    for (uint32_t id = 0; id < count; ++id) {
        Connection& connection = trace->connections.add();
        connection = makeConnection(id);
        diagnosis->connections.push_back(makeSummary(connection));
    }
    trace->capture.firstTime = Timestamp(seconds(1000));
    trace->capture.lastTime = Timestamp(seconds(1010 + std::max(count, 1U) - 1));
    addHeadlines(*trace, *diagnosis);
    return {trace, diagnosis};
}

} // namespace whyrst::test
