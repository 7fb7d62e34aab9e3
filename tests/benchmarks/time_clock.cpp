// Times the clock between two captures, of which one was set several times: time_clock [SAMPLES] [SETS]
//
// The samples are made in memory: 20 packets a millisecond, half of them each way, over a path with 5 ms of delay and
// up to 2 ms of queue. The server's clock is set forward and back by turns. Prints the processor's time, the median of
// three runs.
#include "model/compare/capture_clock.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

namespace {

using namespace whyrst;
using namespace std::chrono_literals;

constexpr int runs = 3;
constexpr Timestamp start{std::chrono::seconds(1'700'000'000)};
constexpr Duration apart = 100us;    ///< of two packets of a direction
constexpr Duration clockOffset = 1h; ///< between the captures
constexpr Duration setBy = 350ms;

/// Numbers the packets of both captures in the order in which they were recorded.
class Recorder
{
public:
    void add(Side capture, Timestamp time, PacketNumber& number)
    {
        m_packets[sideIndex(capture)].emplace_back(time, &number);
    }

    void number()
    {
        for (auto& packets : m_packets) {
            std::ranges::sort(packets);
            uint32_t frame = 0;
            for (const auto& packet : packets)
                *packet.second = PacketNumber{++frame};
        }
    }

private:
    std::array<std::vector<std::pair<Timestamp, PacketNumber*>>, 2> m_packets;
};

ClockSamples makeSamples(size_t count, size_t sets)
{
    std::mt19937 random{1};
    const auto delay = [&] { return 5ms + Duration(random() % 2'000'000); };
    const Duration length = apart * static_cast<int64_t>(count / 2);
    const auto atServer = [&](Timestamp time) {
        const auto set = (time - start) * static_cast<int64_t>(sets + 1) / length;
        return time + clockOffset + (std::min(set, static_cast<int64_t>(sets)) % 2 == 0 ? Duration(0) : setBy);
    };
    ClockSamples samples;
    samples.resolution = 2us;
    samples.toServer.reserve(count / 2);
    samples.toClient.reserve(count / 2);
    Recorder recorder;
    for (size_t index = 0; index < count / 2; ++index) {
        const Timestamp sent = start + apart * static_cast<int64_t>(index);
        const Timestamp arrived = sent + delay();
        ClockSample& request = samples.toServer.emplace_back();
        request.client = sent;
        request.server = atServer(arrived);
        recorder.add(Side::Client, sent, request.clientFrame);
        recorder.add(Side::Server, arrived, request.serverFrame);
        const Timestamp answered = sent + apart / 2;
        const Timestamp back = answered + delay();
        ClockSample& answer = samples.toClient.emplace_back();
        answer.client = back;
        answer.server = atServer(answered);
        recorder.add(Side::Client, back, answer.clientFrame);
        recorder.add(Side::Server, answered, answer.serverFrame);
    }
    recorder.number();
    return samples;
}

} // namespace

int main(int argc, char** argv)
{
    const size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
    const size_t sets = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
    const ClockSamples samples = makeSamples(count, sets);
    std::vector<double> seconds;
    size_t found = 0;
    for (int run = 0; run < runs; ++run) {
        const std::clock_t begin = std::clock();
        found = fitClock(samples).sets.size();
        seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    std::ranges::sort(seconds);
    std::printf("%zu samples, clock set %zu times: %.3f s of the processor (median of %d); %zu found\n", count, sets,
        seconds[runs / 2], runs, found);
    return 0;
}
