// Times the comparison of two captures of one million packets each: time_compare [PACKETS] [CONNECTIONS]
//
// The packets are made in memory: uploads over a path with 10 ms of delay, jitter, 0.5 % of loss, and clocks that are
// an hour apart. Prints the median of five runs, and the memory beyond the two traces.
#include "model/compare/compare.h"
#include "model/compare/packet_relations.h"
#include "model/tcp/connection_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/resource.h>

namespace {

using namespace whyrst;
using namespace std::chrono_literals;

constexpr uint32_t segmentSize = 1448;
constexpr Duration clockOffset = 1h;
constexpr int runs = 5;

struct Record
{
    Timestamp time;
    SegmentHeader header;
};

/// Records what is sent over a path at both of its ends.
class Path
{
public:
    void upload(uint16_t port, int64_t packets)
    {
        m_port = port;
        m_sent = 1;
        send(Side::Client, 0, 0x02);
        send(Side::Server, 0, 0x12);
        while (packets >= 3) {
            const uint32_t before = m_sent;
            for (int i = 0; i < 2; ++i)
                send(Side::Client, segmentSize, 0x10);
            if (m_lost) { // again after a round trip
                m_now += 25ms;
                std::swap(m_sent, m_hole);
                m_lost = false;
                send(Side::Client, segmentSize, 0x10);
                m_sent = std::max(m_hole, before);
                --packets;
            }
            send(Side::Server, 0, 0x10);
            m_now += 300us;
            packets -= 3;
        }
        m_now += 1ms;
    }

    Trace trace(Side capture)
    {
        std::vector<Record>& records = m_records[sideIndex(capture)];
        std::ranges::stable_sort(records, {}, &Record::time);
        ConnectionTable table{LoadOptions()};
        uint32_t frame = 0;
        for (const Record& record : records)
            table.add(record.header, PacketNumber(++frame), record.time);
        Trace trace = table.takeTrace();
        trace.capture.firstTime = records.front().time;
        trace.capture.lastTime = records.back().time;
        std::vector<Record>().swap(records);
        return trace;
    }

private:
    void send(Side from, uint32_t bytes, uint16_t flags)
    {
        m_now += 10us;
        SegmentHeader header;
        Endpoint client;
        client.address.bytes = {192, 0, 2, 1};
        client.port = m_port;
        Endpoint server;
        server.address.bytes = {192, 0, 2, 2};
        server.port = 443;
        header.source = from == Side::Client ? client : server;
        header.destination = from == Side::Client ? server : client;
        const uint32_t isn = m_port * 65'537U;
        header.seq.value = from == Side::Client ? isn + (bytes > 0 || flags != 0x02 ? m_sent : 0) : isn * 3 + 1;
        header.flags.bits = flags;
        if (flags & 0x10)
            header.ack.value = from == Side::Client ? isn * 3 + 2 : isn + m_sent;
        if (flags == 0x12)
            header.seq.value = isn * 3;
        header.payloadLength = bytes;
        header.headerLength = 52;
        header.rawWindow = 502;
        header.ttl = 64;
        header.ipId = ++m_ids[sideIndex(from)];
        const auto clock = static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(m_now).count());
        header.options.timestamps = Timestamps{clock, clock};
        record(from, header, {});
        const bool isLost = bytes > 0 && m_random() % 200 == 0 && !m_lost;
        if (isLost) {
            m_hole = m_sent;
            m_lost = true;
        } else {
            header.ttl = 58;
            record(otherSide(from), header, 10ms + Duration(m_random() % 500'000));
        }
        if (from == Side::Client)
            m_sent += bytes;
    }

    void record(Side capture, const SegmentHeader& header, Duration delay)
    {
        const Duration offset = capture == Side::Server ? Duration(clockOffset) : Duration(0);
        m_records[sideIndex(capture)].push_back({Timestamp(1'700'000'000s) + m_now + delay + offset, header});
    }

    std::array<std::vector<Record>, 2> m_records;
    std::array<uint16_t, 2> m_ids{};
    std::mt19937 m_random{1};
    Duration m_now{};
    uint16_t m_port = 0;
    uint32_t m_sent = 1;
    uint32_t m_hole = 0;
    bool m_lost = false;
};

double peakMebibytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Resident memory now, in MiB.
double residentMebibytes()
{
    long pages = 0;
    long resident = 0;
    if (FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2)
            resident = 0;
        std::fclose(file);
    }
    return static_cast<double>(resident) * 4096 / (1 << 20);
}

/// Sets the peak back to what is resident now.
void forgetPeak()
{
    if (FILE* file = std::fopen("/proc/self/clear_refs", "w")) {
        std::fputs("5", file);
        std::fclose(file);
    }
}

} // namespace

int main(int argc, char** argv)
{
    const auto packets = static_cast<uint32_t>(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
    const auto connections = static_cast<uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100);
    Path path;
    for (uint32_t index = 0; index < connections; ++index)
        path.upload(static_cast<uint16_t>(10'000 + index), packets / connections);
    const Trace client = path.trace(Side::Client);
    const Trace server = path.trace(Side::Server);
    forgetPeak();
    const double before = residentMebibytes();
    std::vector<double> seconds;
    size_t pairs = 0;
    uint64_t paired = 0;
    for (int run = 0; run < runs; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        NoProgress progress;
        const Comparison comparison = compareTraces(client, server, {}, progress);
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        pairs = comparison.pairs.size();
        paired = 0;
        for (const ConnectionPair& pair : comparison.pairs)
            paired += countPair(pair).paired;
    }
    std::ranges::sort(seconds);
    const double bytes = (peakMebibytes() - before) * (1 << 20) / (2.0 * packets);
    std::printf(
        "2 x %u packets, %u connections: %.3f s (median of %d), %.0f bytes a packet beyond the traces; %zu pairs, "
        "%llu packets in both\n",
        packets, connections, seconds[runs / 2], runs, bytes, pairs, static_cast<unsigned long long>(paired));
    return 0;
}
