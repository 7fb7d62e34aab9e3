// Writes a plausible capture of interleaved TCP connections, the same one for the same arguments on every machine.
//
//     make_capture OUT.pcap [--packets N] [--connections N] [--payload BYTES] [--snaplen N] [--loss PERCENT]
//                           [--resets N] [--seed S] [--largest N] [--scan 1] [--holes 1] [--one-sided 1]
//
// --largest: packets of the first connection, the others share the rest. --scan: connections of SYN, SYN-ACK and RST.
// --holes: every second segment never arrives. --one-sided: only what the servers send.
#include "tests/benchmarks/connection_script.h"
#include "tests/benchmarks/segment_writer.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;

namespace whyrst::benchmark {
namespace {

constexpr int exitUsage = 2;
constexpr const char* usage = "usage: make_capture OUT.pcap [--packets N] [--connections N] [--payload BYTES] "
                              "[--snaplen N] [--loss PERCENT] [--resets N] [--seed S] "
                              "[--largest N] [--scan 1] [--holes 1] [--one-sided 1]\n";

struct Options
{
    std::string file{};
    uint64_t packets = 1'000'000;
    uint64_t connections = 1000;
    uint64_t payload = 1448;
    uint64_t snapLength = 262144;
    double lossPercent = 0.5;
    uint64_t resets = 20;
    uint64_t seed = 1;
    uint64_t largest = 0; ///< packets of the first connection; 0: as many as the others
    uint64_t scan = 0;
    uint64_t holes = 0;
    uint64_t oneSided = 0;
};

template <typename T> bool parseNumber(std::string_view text, T& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool setOption(Options& options, std::string_view name, std::string_view value)
{
    if (name == "--packets")
        return parseNumber(value, options.packets);
    if (name == "--connections")
        return parseNumber(value, options.connections);
    if (name == "--payload")
        return parseNumber(value, options.payload);
    if (name == "--snaplen")
        return parseNumber(value, options.snapLength);
    if (name == "--loss")
        return parseNumber(value, options.lossPercent);
    if (name == "--resets")
        return parseNumber(value, options.resets);
    if (name == "--largest")
        return parseNumber(value, options.largest);
    if (name == "--scan")
        return parseNumber(value, options.scan);
    if (name == "--holes")
        return parseNumber(value, options.holes);
    if (name == "--one-sided")
        return parseNumber(value, options.oneSided);
    return name == "--seed" && parseNumber(value, options.seed);
}

bool parseArguments(const std::vector<std::string_view>& arguments, Options& options)
{
    for (size_t i = 0; i < arguments.size(); ++i) {
        const bool isOption = arguments[i].starts_with("--");
        if (isOption && (i + 1 == arguments.size() || !setOption(options, arguments[i], arguments[i + 1])))
            return false;
        if (isOption)
            ++i;
        else
            options.file = arguments[i];
    }
    return !options.file.empty();
}

/// What is wrong with the numbers; empty when nothing is.
std::string problemOf(const Options& options)
{
    constexpr uint64_t largestPayload = 65000;       // with the headers still an IPv4 packet
    constexpr uint64_t mostConnections = 16'000'000; // each has its own address and port
    const uint64_t shortest = options.scan != 0 ? scanLength : openingLength + endingLength(Ending::Fin);
    if (options.connections == 0 || options.connections > mostConnections)
        return "--connections must be 1 to " + std::to_string(mostConnections);
    if (options.largest > 0 && (options.connections < 2 || options.largest >= options.packets))
        return "--largest must leave packets for other connections";
    if ((options.packets - options.largest) / options.connections < shortest)
        return "--packets must be at least " + std::to_string(shortest) + " for each connection";
    if (options.payload == 0 || options.payload > largestPayload)
        return "--payload must be 1 to " + std::to_string(largestPayload);
    if (options.snapLength == 0 || options.snapLength > UINT32_MAX)
        return "--snaplen must be 1 to 4294967295";
    if (!(options.lossPercent >= 0 && options.lossPercent <= 100))
        return "--loss must be 0 to 100";
    return options.resets > options.connections ? "--resets must not exceed --connections" : "";
}

/// Resets are spread evenly over the connections; every second one is a black hole if there is room for its story.
Ending endingOf(const Options& options, uint64_t index, uint64_t segments)
{
    if (options.scan != 0)
        return Ending::Scan;
    const auto resetsBefore = [&](uint64_t count) { return count * options.resets / options.connections; };
    if (resetsBefore(index + 1) == resetsBefore(index))
        return Ending::Fin;
    const bool fits = segments >= openingLength + endingLength(Ending::BlackHole);
    return fits && resetsBefore(index) % 2 == 0 ? Ending::BlackHole : Ending::Abort;
}

/// Segments of connection `index`.
uint64_t lengthOf(const Options& options, uint64_t index)
{
    if (options.scan != 0)
        return scanLength;
    if (options.largest > 0 && index == 0)
        return options.largest;
    const uint64_t first = options.largest > 0 ? 1 : 0;
    const uint64_t packets = options.packets - options.largest;
    const uint64_t connections = options.connections - first;
    return packets / connections + (index - first < packets % connections ? 1 : 0);
}

std::vector<ConnectionScript> makeScripts(const Options& options)
{
    constexpr Timestamp start(1'700'000'000s);
    constexpr uint64_t microsecondsBetweenStarts = 1000;
    constexpr uint32_t millionthsOfAPercent = 10'000;
    Random random(options.seed);
    const uint64_t spread = std::max<uint64_t>(options.connections, 1000) * microsecondsBetweenStarts;
    std::vector<ConnectionScript> scripts;
    scripts.reserve(options.connections);
    for (uint64_t i = 0; i < options.connections; ++i) {
        const uint64_t segments = lengthOf(options, i);
        scripts.emplace_back(ConnectionPlan{
            .index = static_cast<uint32_t>(i),
            .segments = segments,
            .ending = endingOf(options, i, segments),
            .payload = static_cast<uint16_t>(options.payload),
            .lossPerMillion = static_cast<uint32_t>(options.lossPercent * millionthsOfAPercent),
            .seed = random.next(),
            .start = start + std::chrono::microseconds(random.below(spread)),
            .holes = options.holes != 0,
        });
    }
    return scripts;
}

void writeInOrderOfTime(std::vector<ConnectionScript>& scripts, bool isOneSided, SegmentWriter& writer)
{
    using Turn = std::pair<Timestamp, size_t>;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
    for (size_t i = 0; i < scripts.size(); ++i)
        turns.emplace(scripts[i].time(), i);
    while (!turns.empty()) {
        const auto [time, index] = turns.top();
        turns.pop();
        const auto segment = scripts[index].next();
        if (!segment)
            continue;
        if (!isOneSided || segment->sender == Side::Server)
            writer.write(scripts[index].plan(), *segment, time);
        turns.emplace(scripts[index].time(), index);
    }
}

struct FileCloser
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

int run(const Options& options)
{
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(options.file.c_str(), "wb"));
    if (!file) {
        std::fprintf(stderr, "make_capture: cannot write %s\n", options.file.c_str());
        return exitUsage;
    }
    std::vector<ConnectionScript> scripts = makeScripts(options);
    SegmentWriter writer(file.get(), static_cast<uint32_t>(options.snapLength));
    writeInOrderOfTime(scripts, options.oneSided != 0, writer);
    if (writer.finish())
        return 0;
    std::fprintf(stderr, "make_capture: writing %s failed: is the disk full?\n", options.file.c_str());
    return exitUsage;
}

} // namespace
} // namespace whyrst::benchmark

int main(int argc, char** argv)
{
    using namespace whyrst::benchmark;
    Options options;
    if (!parseArguments({argv + 1, argv + argc}, options)) {
        std::fputs(usage, stderr);
        return exitUsage;
    }
    if (const std::string problem = problemOf(options); !problem.empty()) {
        std::fprintf(stderr, "make_capture: %s\n", problem.c_str());
        return exitUsage;
    }
    return run(options);
}
