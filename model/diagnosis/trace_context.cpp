#include "model/diagnosis/trace_context.h"

#include "model/analysis/thresholds.h"
#include "model/parallel.h"
#include "model/tcp/hash.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr uint32_t packetsPerFlow = 8; ///< enough to know a host's TTL

/// What the first packets of a connection tell about its hosts.
struct HostSigns
{
    struct Ttls
    {
        std::array<uint8_t, packetsPerFlow> values{};
        uint8_t count = 0;
    };

    const Connection* connection = nullptr;
    std::array<Ttls, 2> ttls; ///< by Side
    std::optional<Duration> handshakeRoundTrip;
};

HostSigns::Ttls ttlsOf(const Flow& flow)
{
    HostSigns::Ttls ttls;
    uint32_t left = packetsPerFlow;
    for (auto row = flow.segments.begin(); left > 0 && !(row == flow.segments.end()); ++row, --left) {
        const Segment segment = *row;
        const bool isSynAck = segment.flags.syn() && segment.flags.ack(); // may be a SYN proxy's
        if (!segment.flags.rst() && !isSynAck)
            ttls.values[ttls.count++] = segment.ttl;
    }
    return ttls;
}

std::optional<Duration> handshakeOf(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (client.empty() || server.empty())
        return std::nullopt;
    const Segment syn = client.segments.at(0);
    const Segment synAck = server.segments.at(0);
    if (!syn.flags.syn() || !synAck.flags.syn() || !synAck.flags.ack() || synAck.time < syn.time)
        return std::nullopt;
    return synAck.time - syn.time;
}

void addSigns(TraceContext& context, const HostSigns& signs)
{
    for (const Side side : {Side::Client, Side::Server}) {
        if (signs.connection->flow(side).empty())
            continue;
        HostFacts& host = context.hosts[signs.connection->endpoint(side).address];
        const HostSigns::Ttls& ttls = signs.ttls[sideIndex(side)];
        for (uint8_t index = 0; index < ttls.count; ++index)
            host.add(ttls.values[index]);
        if (side == Side::Server && signs.handshakeRoundTrip)
            host.handshakeRoundTrip
                = std::min(host.handshakeRoundTrip.value_or(Duration::max()), *signs.handshakeRoundTrip);
    }
}

/// Adds what each connection tells of its hosts and its requests. False: `progress` asked to stop.
bool addConnections(TraceContext& context, Progress& progress)
{
    const ConnectionStore& connections = context.trace->connections;
    const auto read = [&connections](size_t index) {
        const Connection& connection = connections[index];
        return HostSigns{&connection, {ttlsOf(connection.flow(Side::Client)), ttlsOf(connection.flow(Side::Server))},
            handshakeOf(connection)};
    };
    bool wantsMore = true;
    makeInOrder(connections.size(), 0, read, [&](const HostSigns& signs) {
        addSigns(context, signs);
        context.requests.add(*signs.connection);
        wantsMore = progress.report(0, 0);
        return wantsMore;
    });
    return wantsMore;
}

/// Finds the routers among the Ethernet source addresses that a flow did not keep: those that several hosts have.
void findSharedMacs(TraceContext& context, const Trace& trace)
{
    std::map<uint64_t, IpAddress> owners;
    for (const Connection& connection : trace.connections) {
        for (const Side side : {Side::Client, Side::Server}) {
            const Flow& flow = connection.flow(side);
            if (!flow.rare->macChanges.empty())
                owners.emplace(flow.mac, connection.endpoint(side).address);
        }
    }
    if (owners.empty())
        return;
    for (const Connection& connection : trace.connections) {
        for (const Side side : {Side::Client, Side::Server}) {
            const auto owner = owners.find(connection.flow(side).mac);
            if (owner != owners.end() && owner->second != connection.endpoint(side).address)
                context.sharedMacs.insert(owner->first);
        }
    }
}

/// Counts the requests that the first RST of a connection rejected.
void addRejections(TraceContext& context)
{
    const Trace& trace = *context.trace;
    std::vector<bool> done(trace.connections.size(), false);
    for (const ResetRef& reset : trace.resets) {
        if (done[reset.connection.value])
            continue;
        done[reset.connection.value] = true;
        const Connection& connection = trace.connection(reset.connection);
        context.requests.addReset(
            connection, {reset.from, reset.row, connection.flow(reset.from).segments.at(reset.row)});
    }
}

} // namespace

void HostFacts::add(uint8_t ttl)
{
    for (TtlCount& count : ttls) {
        if (count.packets > 0 && count.ttl != ttl)
            continue;
        count.ttl = ttl;
        ++count.packets;
        return;
    }
}

size_t AddressHash::operator()(const IpAddress& address) const
{
    return hashEndpoint({address, 0}, seed);
}

Duration roundingTolerance(Duration wait)
{
    const auto share = std::chrono::duration_cast<Duration>(wait * roundToleranceShare);
    return std::max(roundTolerance, share);
}

const HostFacts* TraceContext::host(const IpAddress& address) const
{
    const auto found = hosts.find(address);
    return found == hosts.end() ? nullptr : &found->second;
}

TraceContext buildTraceContext(const Trace& trace, const DiagnosisSettings& settings)
{
    NoProgress progress;
    return buildTraceContext(trace, settings, progress);
}

TraceContext buildTraceContext(const Trace& trace, const DiagnosisSettings& settings, Progress& progress)
{
    TraceContext context;
    context.trace = &trace;
    context.hosts = decltype(context.hosts)(0, AddressHash{trace.hashSeed});
    context.settings = settings;
    if (!addConnections(context, progress))
        return context;
    findSharedMacs(context, trace);
    if (!context.requests.empty())
        addRejections(context);
    context.cohorts = findCohorts(context, progress);
    return context;
}

} // namespace whyrst
