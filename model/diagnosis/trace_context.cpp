#include "model/diagnosis/trace_context.h"

#include "model/analysis/thresholds.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr uint32_t packetsPerFlow = 8; ///< enough to know a host's TTL

void addTtls(TraceContext& context, const Connection& connection, Side side)
{
    const Flow& flow = connection.flow(side);
    if (flow.empty())
        return;
    HostFacts& host = context.hosts[connection.endpoint(side).address];
    uint32_t left = packetsPerFlow;
    for (auto row = flow.segments.begin(); left > 0 && !(row == flow.segments.end()); ++row, --left) {
        const Segment segment = *row;
        const bool isSynAck = segment.flags.syn() && segment.flags.ack(); // may be a SYN proxy's
        if (!segment.flags.rst() && !isSynAck)
            host.add(segment.ttl);
    }
}

void addHandshake(TraceContext& context, const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (client.empty() || server.empty())
        return;
    const Segment syn = client.segments.at(0);
    const Segment synAck = server.segments.at(0);
    if (!syn.flags.syn() || !synAck.flags.syn() || !synAck.flags.ack() || synAck.time < syn.time)
        return;
    const Duration sample = synAck.time - syn.time;
    auto& smallest = context.hosts[connection.server.address].handshakeRoundTrip;
    smallest = smallest ? std::min(*smallest, sample) : sample;
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
    TraceContext context;
    context.trace = &trace;
    context.hosts = decltype(context.hosts)(0, AddressHash{trace.hashSeed});
    context.settings = settings;
    for (const Connection& connection : trace.connections) {
        addTtls(context, connection, Side::Client);
        addTtls(context, connection, Side::Server);
        addHandshake(context, connection);
        context.requests.add(connection);
    }
    findSharedMacs(context, trace);
    std::vector<bool> done(trace.connections.size(), false);
    for (const ResetRef& reset : trace.resets) {
        if (done[reset.connection.value])
            continue;
        done[reset.connection.value] = true;
        const Connection& connection = trace.connection(reset.connection);
        context.requests.addReset(
            connection, {reset.from, reset.row, connection.flow(reset.from).segments.at(reset.row)});
    }
    context.cohorts = findCohorts(context);
    return context;
}

} // namespace whyrst
