// What must not change when two captures are given otherwise, and what must stay true of captures that were rewritten
// (comparison.md 7.1, 7.3).
#include "model/compare/compare.h"
#include "model/compare/packet_relations.h"
#include "tests/support/capture_variants.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

namespace whyrst {

namespace {

using namespace std::chrono_literals;
using test::CaptureFile;

/// A packet of the client's capture, one of the server's (0: none), and how they relate.
using Row = std::tuple<uint32_t, uint32_t, std::string>;

/// Two captures compared.
struct Compared
{
    std::unique_ptr<Trace> first;
    std::unique_ptr<Trace> second;
    Comparison comparison;

    Compared(const CaptureFile& a, const CaptureFile& b)
        : first(std::make_unique<Trace>(a.load()))
        , second(std::make_unique<Trace>(b.load()))
    {
        NoProgress progress;
        comparison = compareTraces(*first, *second, {}, progress);
    }

    TracePair traces() const { return comparison.isSwapped ? TracePair{*second, *first} : TracePair{*first, *second}; }

    std::multiset<Row> rows() const
    {
        std::multiset<Row> all;
        for (const ConnectionPair& pair : comparison.pairs) {
            for (const PacketRelation& relation : packetRelations(traces(), comparison.clock, pair))
                all.emplace(relation.clientFrame.value, relation.serverFrame.value, relationName(relation.relation));
        }
        return all;
    }

    std::vector<std::string> summaries() const
    {
        std::vector<std::string> texts;
        for (const ConnectionPair& pair : comparison.pairs)
            texts.push_back(pair.summary);
        return texts;
    }
};

/// Folders of the small set that have a capture of each end.
std::vector<std::string> runs()
{
    std::vector<std::string> names;
    for (const std::string& file : test::smallLabCaptures()) {
        const std::filesystem::path folder = std::filesystem::path(file).parent_path();
        if (folder.filename().string().empty() || std::filesystem::path(file).stem() != "client")
            continue;
        if (!test::captureIn(folder.string(), "server").empty())
            names.push_back(folder.string());
    }
    return names;
}

class Metamorphic : public testing::TestWithParam<std::string>
{
protected:
    Metamorphic()
        : m_client(test::captureIn(GetParam(), "client"))
        , m_server(test::captureIn(GetParam(), "server"))
        , m_truth(test::truePairs(GetParam()))
    {
    }

    /// Links that are not in the truth, of the frames' numbers in the original files.
    size_t wrongLinks(const Compared& compared, const CaptureFile& client, const CaptureFile& server) const
    {
        size_t wrong = 0;
        for (const auto& [atClient, atServer, relation] : compared.rows()) {
            if (atClient == 0 || atServer == 0)
                continue;
            wrong += isTrue(client, atClient, server, atServer) ? 0 : 1;
        }
        return wrong;
    }

    /// Of packets that are equal byte for byte nobody can tell which is which.
    bool isTrue(const CaptureFile& client, uint32_t atClient, const CaptureFile& server, uint32_t atServer) const
    {
        const auto isSame = [](const CaptureFile& file, uint32_t frame, uint32_t original) {
            if (file.originalFrame(frame) == original)
                return true;
            const auto other = std::ranges::find(file.packets(), original, &test::RecordedPacket::frame);
            return other != file.packets().end() && other->bytes == file.packets()[frame - 1].bytes;
        };
        if (m_truth.contains({client.originalFrame(atClient), server.originalFrame(atServer)}))
            return true;
        return std::ranges::any_of(m_truth, [&](const std::pair<uint32_t, uint32_t>& pair) {
            return isSame(client, atClient, pair.first) && isSame(server, atServer, pair.second);
        });
    }

    CaptureFile m_client;
    CaptureFile m_server;
    std::set<std::pair<uint32_t, uint32_t>> m_truth;
};

std::string nameOf(const testing::TestParamInfo<std::string>& info)
{
    std::string name = std::filesystem::path(info.param).filename().string();
    std::ranges::replace_if(
        name, [](char letter) { return std::isalnum(static_cast<unsigned char>(letter)) == 0; }, '_');
    return name;
}

} // namespace

TEST_P(Metamorphic, SwappingTheFilesMirrorsEveryRow)
{
    const Compared given(m_client, m_server);
    const Compared swapped(m_server, m_client);
    if (given.comparison.nearness != Nearness::Known)
        GTEST_SKIP() << "Nothing tells which capture is near the client: the order decides.";
    EXPECT_EQ(given.rows(), swapped.rows());
    EXPECT_EQ(given.summaries(), swapped.summaries());
}

TEST_P(Metamorphic, AnyOffsetChangesNothingButTheOffset)
{
    const Compared given(m_client, m_server);
    for (const Duration offset : {Duration(-1h), Duration(-1234567ms), Duration(40'000'000s)}) {
        CaptureFile moved = m_server;
        moved.move(offset);
        const Compared other(m_client, moved);
        EXPECT_EQ(given.rows(), other.rows());
        EXPECT_EQ(given.summaries(), other.summaries());
        if (given.comparison.clock.kind == ClockKind::None)
            continue;
        const Timestamp begin = given.traces().client.capture.firstTime;
        const Timestamp otherBegin = other.traces().client.capture.firstTime;
        const Duration change = other.comparison.clock.offsetAt(otherBegin) - given.comparison.clock.offsetAt(begin);
        EXPECT_LE(std::chrono::abs(change - (given.comparison.isSwapped ? -offset : offset)), 1us);
    }
}

TEST_P(Metamorphic, FileAgainstItselfIsTheSamePoint)
{
    for (const CaptureFile* file : {&m_client, &m_server}) {
        const Compared same(*file, *file);
        for (const auto& [atClient, atServer, relation] : same.rows()) {
            EXPECT_EQ(atClient, atServer);
            EXPECT_EQ(relation, "same");
        }
        EXPECT_TRUE(same.comparison.refused.empty());
        EXPECT_TRUE(same.comparison.terminated.empty());
        if (same.comparison.pairs.empty())
            continue;
        EXPECT_EQ(same.comparison.nearness, Nearness::SamePoint);
        if (same.comparison.clock.kind != ClockKind::TwoWay)
            continue;
        // With a few packets nothing tells a drift of the clocks, which may reach 500 ppm (comparison.md 4.2).
        const Duration length = same.first->capture.lastTime - same.first->capture.firstTime;
        const Duration drift = same.rows().size() < 10 ? length / 2000 : Duration(0);
        EXPECT_LE(same.comparison.clock.pieces.front().bound, 2us + drift);
    }
}

TEST_P(Metamorphic, MissingFrameChangesOnlyWhatItShowed)
{
    const Compared given(m_client, m_server);
    if (given.comparison.isSwapped || given.comparison.nearness != Nearness::Known)
        GTEST_SKIP() << "The sides might change with the frame.";
    const std::multiset<Row> before = given.rows();
    const size_t count = m_server.packets().size();
    for (const size_t gone : {count / 3, count / 2}) {
        CaptureFile less = m_server;
        less.erase(gone);
        const Compared other(m_client, less);
        if (other.comparison.isSwapped || other.comparison.pairs.size() != given.comparison.pairs.size())
            continue;
        size_t changed = 0;
        for (const auto& [atClient, atServer, relation] : other.rows()) {
            const Row original{atClient, atServer == 0 ? 0 : less.originalFrame(atServer), relation};
            const bool isLink = atClient != 0 && atServer != 0;
            changed += isLink && !before.contains(original) ? 1 : 0;
        }
        EXPECT_EQ(changed, 0U) << "without frame " << gone + 1;
    }
}

/// Wrong links that are not mended yet.
size_t knownWrong(const std::string& folder, const std::string& variant)
{
    // Copies that the network made, whose checksums the snap length hides.
    if (folder.ends_with("control.duplicates--1") && variant == "snap length 96")
        return 4;
    // Re-sent data without marks around the step: no packet tells which side of it the first one is on.
    if (folder.ends_with("icmp-unreachable.firewall-reject-mid-connection--2") && variant == "+350 ms")
        return 4;
    return 0;
}

/// A way to rewrite both captures.
struct Variant
{
    const char* name;
    void (*rewrite)(CaptureFile& client, CaptureFile& server);
};

TEST_P(Metamorphic, RewrittenCapturesLinkNoWrongPackets)
{
    constexpr std::array variants{
        Variant{"IDs zeroed", [](CaptureFile& client, CaptureFile& server) { client.zeroIds(), server.zeroIds(); }},
        Variant{"timestamps removed",
            [](CaptureFile& client, CaptureFile& server) { client.removeTimestamps(), server.removeTimestamps(); }},
        Variant{"-3600 s", [](CaptureFile&, CaptureFile& server) { server.move(-1h); }},
        Variant{"100 ppm", [](CaptureFile&, CaptureFile& server) { server.stretch(100e-6); }},
        Variant{"+350 ms", [](CaptureFile&, CaptureFile& server) { server.step(server.packets().size() / 2, 350ms); }},
        Variant{"-350 ms", [](CaptureFile&, CaptureFile& server) { server.step(server.packets().size() / 2, -350ms); }},
        Variant{"snap length 96", [](CaptureFile& client, CaptureFile& server) { client.snap(96), server.snap(96); }},
        Variant{"ends cut",
            [](CaptureFile& client, CaptureFile& server) {
                client.keep(0, (client.packets().size() * 7 + 9) / 10);
                server.keep(server.packets().size() * 3 / 10, server.packets().size());
            }},
    };
    for (const Variant& variant : variants) {
        CaptureFile client = m_client;
        CaptureFile server = m_server;
        variant.rewrite(client, server);
        constexpr size_t leastPackets = 5; // fewer may be none of TCP
        if (std::min(client.packets().size(), server.packets().size()) < leastPackets)
            continue;
        const Compared compared(client, server);
        if (!compared.comparison.isSwapped) {
            EXPECT_LE(wrongLinks(compared, client, server), knownWrong(GetParam(), variant.name)) << variant.name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Lab, Metamorphic, testing::ValuesIn(runs()), nameOf);

} // namespace whyrst
