// tshark is the oracle: out of every link type and tunnel it finds the same segments as we do.
#include "model/packet/packet_decoder.h"
#include "tests/support/encapsulation.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <sstream>

namespace whyrst::test {
namespace {

/// What tshark 4.0 does not look into, unless a preference or "decode as" says so: link types and address families it
/// has not, pseudowires, LLC over classical IP, and a port that it takes for OTV's.
const std::set<std::string> unknownToTshark{"AtmClassicalIpWithLlc", "CiscoHdlcWithDirection",
    "FrameRelayWithDirection", "MplsAlone", "MplsPseudowire", "MplsPseudowireWithControlWord", "NetAnalyzer",
    "NullOfLinux", "NullOfWindows", "PppDaemon", "VxlanOfLinux"};

struct PipeCloser
{
    void operator()(std::FILE* pipe) const { pclose(pipe); }
};

/// What a shell command prints; empty when it fails.
std::string outputOf(const std::string& command)
{
    const std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.c_str(), "r"));
    std::string output;
    std::array<char, 4096> buffer{};
    while (pipe && std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr)
        output += buffer.data();
    return output;
}

bool hasTshark()
{
    return outputOf("tshark --version 2>/dev/null").rfind("TShark", 0) == 0;
}

/// One line of `tshark -T fields` for a segment, as we see it.
std::string lineOf(uint32_t frame, const DecodedPacket& decoded)
{
    std::ostringstream line;
    line << frame;
    if (const auto* segment = std::get_if<SegmentHeader>(&decoded))
        line << '\t' << segment->source.port << '\t' << segment->destination.port << '\t' << segment->seq.value << '\t'
             << segment->payloadLength;
    else
        line << "\t\t\t\t";
    return line.str();
}

/// A capture of all encapsulations, each with an interface and a source port of its own, and its lines as we see them.
struct OracleCapture
{
    PcapngFile file{};
    std::vector<std::string> names{};
    std::vector<std::string> lines{};

    void add(const Encapsulation& encapsulation, uint32_t interface, TcpPacket packet);
};

void OracleCapture::add(const Encapsulation& encapsulation, uint32_t interface, TcpPacket packet)
{
    packet.sourcePort = static_cast<uint16_t>(20'000 + interface);
    const Bytes frame = encapsulation.wrap(ipPacket(packet));
    const auto number = static_cast<uint32_t>(lines.size() + 1);
    file.packet(number, frame, {}, interface);
    names.push_back(encapsulation.name);
    lines.push_back(lineOf(number, decodePacket(packetOf(frame, encapsulation.linkType))));
}

OracleCapture captureOfAll()
{
    OracleCapture capture;
    const std::vector<Encapsulation> all = encapsulations();
    for (const Encapsulation& encapsulation : all)
        capture.file.interface(encapsulation.linkType);
    for (uint32_t i = 0; i < all.size(); ++i) {
        capture.add(all[i], i, {.flags = flagSyn, .payload = {}});
        capture.add(all[i], i, {.seq = 1001, .payload = Bytes(333, std::byte{'x'})});
        capture.add(all[i], i, {.source = "2001:db8::1", .destination = "2001:db8::2", .payload = Bytes(44)});
    }
    return capture;
}

TEST(TsharkOracle, FindsTheSameSegmentsInEveryEncapsulation)
{
    if (!hasTshark())
        GTEST_SKIP() << "tshark is not installed";
    const OracleCapture capture = captureOfAll();
    const TemporaryFile file(capture.file.bytes());

    std::istringstream output(outputOf("tshark -r '" + file.path()
        + "' -T fields -e frame.number -e tcp.srcport -e tcp.dstport -e tcp.seq_raw -e tcp.len 2>/dev/null"));

    std::string line;
    size_t at = 0;
    for (; std::getline(output, line) && at < capture.lines.size(); ++at) {
        if (unknownToTshark.count(capture.names[at]) == 0) {
            EXPECT_EQ(line, capture.lines[at]) << capture.names[at];
        }
    }
    EXPECT_EQ(at, capture.lines.size());
}

} // namespace
} // namespace whyrst::test
