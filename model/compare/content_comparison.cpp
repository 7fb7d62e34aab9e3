#include "model/compare/content_comparison.h"

#include "model/analysis/thresholds.h"
#include "model/capture/merged_reader.h"
#include "model/compare/damage_map.h"
#include "model/compare/findings.h"
#include "model/compare/rewrites.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"
#include "model/number_text.h"
#include "model/packet/decode.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <system_error>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t mostDamaged = 1000; ///< links of which the bytes are looked at
constexpr uint64_t packetsPerReport = 4096;
constexpr double alreadyDone = 0.8; ///< of the whole work, by the comparison
constexpr double ruleShare = 0.9;   // comparison.md 5.4
constexpr unsigned ecnBits = 2;     // RFC 3168 5: the low bits of the traffic class
constexpr uint8_t congestionExperienced = 3;

uint8_t dscpOf(uint8_t trafficClass)
{
    return static_cast<uint8_t>(trafficClass >> ecnBits);
}

uint8_t ecnOf(uint8_t trafficClass)
{
    return trafficClass & congestionExperienced;
}

uint64_t hashBytes(std::span<const std::byte> bytes)
{
    uint64_t hash = mixBits(bytes.size());
    for (; bytes.size() >= sizeof hash; bytes = bytes.subspan(sizeof hash)) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        hash = mixBits(hash ^ word);
    }
    for (const std::byte byte : bytes)
        hash = mixBits(hash ^ std::to_integer<uint64_t>(byte));
    return hash;
}

/// Null when the capture is no file (any more).
std::unique_ptr<CaptureReader> openAgain(const CaptureInfo& capture)
{
    const auto isFile = [](const std::string& name) {
        std::error_code unknown;
        return std::filesystem::is_regular_file(name, unknown);
    };
    const std::vector<std::string>& merged = capture.merged.files;
    if (!std::ranges::all_of(merged, isFile) || (merged.empty() && !isFile(capture.file)))
        return nullptr;
    Result<std::unique_ptr<CaptureReader>> reader = merged.empty() ? openCapture(capture.file) : openCaptures(merged);
    return reader ? std::move(reader).value() : nullptr;
}

/// What the checksum of a packet with other bytes tells.
enum class Integrity : uint8_t
{
    Broken,    ///< wrong: the receiver drops it
    Rewritten, ///< right: who changed the bytes set it anew
    Unknown    ///< the capture cannot check it
};

Integrity integrityOf(const Segment& arrived)
{
    if (arrived.checksumClass == ChecksumClass::Bad)
        return Integrity::Broken;
    return arrived.checksumClass == ChecksumClass::Valid ? Integrity::Rewritten : Integrity::Unknown;
}

const char* findingId(Integrity integrity)
{
    return integrity == Integrity::Broken   ? "payload-damaged"
        : integrity == Integrity::Rewritten ? "payload-rewritten"
                                            : "payload-changed";
}

const char* checksumWords(Integrity integrity)
{
    return integrity == Integrity::Broken   ? " and a wrong checksum"
        : integrity == Integrity::Rewritten ? " and a right checksum, so that it is taken"
                                            : " (the checksum could not be checked)";
}

/// A link, and what both captures have of its bytes.
struct Content
{
    uint32_t pair = 0;
    uint32_t link = 0; ///< index into the links of its way
    Side from = Side::Client;
    bool isFirst = false;             ///< of its sent packet: stands for its header
    std::array<bool, 2> isRead{};     ///< by Side of the capture
    std::array<uint8_t, 2> traffic{}; ///< traffic class, by Side of the capture
    std::array<uint32_t, 2> length{}; ///< captured bytes of the link, by Side of the capture
    std::array<uint32_t, 2> hash{};   ///< of the first `length` bytes
};

class ContentComparison
{
public:
    ContentComparison(const TracePair& traces, Comparison& comparison, Progress& progress)
        : m_traces(traces)
        , m_comparison(comparison)
        , m_progress(progress)
    {
    }

    void run()
    {
        collect();
        for (const Side capture : {Side::Client, Side::Server}) {
            if (!readHashes(capture, [](const Content&) { return true; }))
                return;
        }
        for (const Side capture : {Side::Client, Side::Server}) {
            // The other one was cut shorter: as far as both reach.
            const auto isLonger = [capture](const Content& content) {
                return content.isRead[0] && content.isRead[1]
                    && content.length[sideIndex(capture)] > content.length[sideIndex(otherSide(capture))];
            };
            if (std::ranges::any_of(m_contents, isLonger) && !readHashes(capture, isLonger))
                return;
        }
        findDifferences();
        if (!m_damaged.empty() && readDamaged(Side::Client) && readDamaged(Side::Server))
            tellDamage();
        tellTrafficClasses();
    }

private:
    using Wanted = std::function<bool(const Content&)>;
    using Visit = std::function<void(Content&, std::span<const std::byte> bytes, uint8_t trafficClass)>;

    ConnectionPair& pairOf(const Content& content) { return m_comparison.pairs[content.pair]; }
    const PacketLink& linkOf(const Content& content) { return pairOf(content).way(content.from).links[content.link]; }

    Segment segmentOf(const Content& content, Side capture)
    {
        const PacketLink& link = linkOf(content);
        const Flow& flow = flowOf(m_traces, pairOf(content), content.from, capture);
        return flow.segments.at(capture == content.from ? link.sent : link.arrived);
    }

    void collect()
    {
        for (uint32_t pair = 0; pair < m_comparison.pairs.size(); ++pair) {
            for (const Side from : {Side::Client, Side::Server}) {
                const std::vector<PacketLink>& links = m_comparison.pairs[pair].way(from).links;
                for (uint32_t index = 0; index < links.size(); ++index) {
                    if (links[index].isAmbiguous)
                        continue;
                    Content content{pair, index, from};
                    content.isFirst = index == 0 || links[index - 1].sent != links[index].sent;
                    m_contents.push_back(content);
                }
            }
        }
    }

    /// The bytes of the link in a packet of `capture`: as many as were captured.
    std::span<const std::byte> bytesIn(
        const Content& content, Side capture, const Segment& segment, std::span<const std::byte> payload)
    {
        const PacketLink& link = linkOf(content);
        const int64_t shift = capture == Side::Server ? pairOf(content).way(content.from).offsetShift : 0;
        const int64_t skip = link.begin - (segment.dataBegin() + shift);
        if (skip < 0 || skip >= static_cast<int64_t>(payload.size()))
            return {};
        const auto rest = payload.subspan(static_cast<size_t>(skip));
        return rest.first(std::min<size_t>(rest.size(), link.length));
    }

    /// Walks over a capture and calls `visit` for each packet of a wanted content. False: it cannot be read again, or
    /// nobody waits any more.
    bool walk(Side capture, const Wanted& wanted, const Visit& visit)
    {
        const std::vector<std::pair<PacketNumber, uint32_t>> places = placesIn(capture, wanted);
        const std::unique_ptr<CaptureReader> reader = openAgain(m_traces.near(capture).capture);
        if (!reader) {
            m_comparison.contentRemark = "Payload, DSCP and ECN were not compared: "
                + m_traces.near(capture).capture.file + " cannot be read again.";
            return false;
        }
        Packet packet;
        auto place = places.begin();
        while (place != places.end() && reader->next(packet) == ReadStep::Packet) {
            if (packet.number.value % packetsPerReport == 0 && !m_progress.report(alreadyDone, packet.number.value))
                return false;
            for (; place != places.end() && place->first < packet.number; ++place) { }
            if (place == places.end() || place->first != packet.number)
                continue;
            const DecodedPacket decoded = decodePacket(packet);
            const auto* header = std::get_if<SegmentHeader>(&decoded);
            for (; place != places.end() && place->first == packet.number; ++place) {
                Content& content = m_contents[place->second];
                const Segment segment = segmentOf(content, capture);
                const Flow& flow = flowOf(m_traces, pairOf(content), content.from, capture);
                // The file may be another one by now.
                const bool isSame = header && header->seq == flow.rawSeq(segment.seq)
                    && header->payloadLength == segment.payloadLength;
                if (isSame)
                    visit(content, bytesIn(content, capture, segment, header->payload), header->trafficClass);
            }
        }
        return true;
    }

    std::vector<std::pair<PacketNumber, uint32_t>> placesIn(Side capture, const Wanted& wanted)
    {
        std::vector<std::pair<PacketNumber, uint32_t>> places;
        for (uint32_t index = 0; index < m_contents.size(); ++index) {
            if (wanted(m_contents[index]))
                places.emplace_back(segmentOf(m_contents[index], capture).frame, index);
        }
        std::ranges::sort(places);
        return places;
    }

    bool readHashes(Side capture, const Wanted& wanted)
    {
        const size_t own = sideIndex(capture);
        const size_t other = sideIndex(otherSide(capture));
        return walk(capture, wanted, [=](Content& content, std::span<const std::byte> bytes, uint8_t trafficClass) {
            if (content.isRead[other])
                bytes = bytes.first(std::min<size_t>(bytes.size(), content.length[other]));
            content.isRead[own] = true;
            content.traffic[own] = trafficClass;
            content.length[own] = static_cast<uint32_t>(bytes.size());
            content.hash[own] = static_cast<uint32_t>(hashBytes(bytes));
        });
    }

    void findDifferences()
    {
        for (uint32_t index = 0; index < m_contents.size(); ++index) {
            const Content& content = m_contents[index];
            const bool isComparable = content.isRead[0] && content.isRead[1] && content.length[0] == content.length[1];
            if (isComparable && content.hash[0] != content.hash[1] && m_damaged.size() < mostDamaged)
                m_damaged[index];
        }
    }

    bool readDamaged(Side capture)
    {
        return walk(
            capture, [this](const Content& content) { return m_damaged.contains(indexOf(content)); },
            [this, capture](Content& content, std::span<const std::byte> bytes, uint8_t) {
                m_damaged[indexOf(content)][sideIndex(capture)].assign(bytes.begin(), bytes.end());
            });
    }

    uint32_t indexOf(const Content& content) const { return static_cast<uint32_t>(&content - m_contents.data()); }

    /// What arrived damaged (the checksum is wrong) and what a box rewrote (it is right), apart by direction.
    void tellDamage()
    {
        struct Group
        {
            DamageMap map;
            std::vector<const Content*> contents;
        };
        std::map<std::tuple<uint32_t, Side, Integrity>, Group> groups;
        for (const auto& [index, bytes] : m_damaged) {
            const Content& content = m_contents[index];
            const Segment arrived = segmentOf(content, otherSide(content.from));
            Group& group = groups[{content.pair, content.from, integrityOf(arrived)}];
            const int64_t position = linkOf(content).begin
                - (segmentOf(content, Side::Client).dataBegin()); // of the client's cut, where they differ
            group.map.add(linkOf(content).begin, static_cast<uint32_t>(std::max<int64_t>(position, 0)),
                bytes[sideIndex(content.from)], bytes[sideIndex(otherSide(content.from))]);
            group.contents.push_back(&content);
        }
        for (const auto& [key, group] : groups) {
            for (const Content* content : group.contents)
                addAlteration(*content);
            const auto integrity = std::get<Integrity>(key);
            CompareFinding finding = makeFinding(*group.contents.front(), group.map, group.contents, integrity);
            if (integrity == Integrity::Unknown)
                convict(finding, *group.contents.front(), group.contents, group.map);
            pairOf(*group.contents.front()).findings.push_back(std::move(finding));
            sortFindings(pairOf(*group.contents.front()).findings);
        }
    }

    /// Bytes of which every copy arrives as other ones and none is acknowledged were damaged on the way: the receiver
    /// checks what a cut capture cannot.
    void convict(
        CompareFinding& finding, const Content& first, const std::vector<const Content*>& damaged, const DamageMap& map)
    {
        std::map<int64_t, uint32_t> copies;
        for (const Content* content : damaged)
            ++copies[linkOf(*content).begin.value];
        for (const auto& [begin, count] : copies) {
            const auto isOfRange = [begin = begin](const PacketLink& link) { return link.begin.value == begin; };
            const auto all = std::ranges::count_if(pairOf(first).way(first.from).links, isOfRange);
            if (count < minimumResends || std::cmp_not_equal(all, count) || isAcknowledged(first, begin))
                continue;
            const auto link = std::ranges::find_if(pairOf(first).way(first.from).links, isOfRange);
            finding.cause = CauseId::CorruptedSegment;
            finding.id = causeName(CauseId::CorruptedSegment);
            finding.confidence = Confidence::Likely;
            const std::string receiver = sideName(otherSide(first.from));
            finding.text = capital(bytesFromTo(begin, begin + link->length)) + " from the " + sideName(first.from)
                + " reached the " + receiver + " as other bytes in each of " + counted(count, "copy", "copies")
                + ", and the " + receiver + " never acknowledged them: " + map.words() + ".";
            return;
        }
    }

    /// Whether the receiver acknowledged the byte at `begin` in its own capture.
    bool isAcknowledged(const Content& content, int64_t begin)
    {
        const Side receiver = otherSide(content.from);
        const ConnectionPair& pair = pairOf(content);
        const int64_t shift = receiver == Side::Server ? pair.way(content.from).offsetShift : 0;
        for (const Segment segment : flowOf(m_traces, pair, receiver, receiver).segments) {
            if (segment.flags.ack() && !segment.flags.rst() && segment.ack.value + shift > begin)
                return true;
        }
        return false;
    }

    void addAlteration(const Content& content)
    {
        const PacketLink& link = linkOf(content);
        std::vector<Alteration>& alterations = pairOf(content).alterations;
        auto known = std::ranges::find_if(alterations, [&](const Alteration& one) {
            return one.flow == content.from && one.sent == link.sent && one.arrived == link.arrived;
        });
        if (known == alterations.end()) {
            alterations.push_back({content.from, link.sent, link.arrived, {}, {}});
            known = alterations.end() - 1;
        }
        known->fields.emplace_back("payload");
        known->text += (known->text.empty() ? "" : ", ") + std::string("payload changed");
    }

    CompareFinding makeFinding(
        const Content& first, const DamageMap& map, const std::vector<const Content*>& contents, Integrity integrity)
    {
        CompareFinding finding;
        finding.id = findingId(integrity);
        finding.place = first.from == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
        finding.confidence = Confidence::Certain;
        finding.flow = first.from;
        const int64_t packets = map.copies();
        finding.text = counted(packets, "packet") + " of the " + sideName(first.from)
            + (packets == 1 ? " reaches" : " reach") + " the " + sideName(otherSide(first.from)) + " with "
            + counted(static_cast<int64_t>(map.bytes().size()), "other byte") + checksumWords(integrity) + ": "
            + map.words() + ".";
        for (const Content* content : contents) {
            finding.clientFrames.push_back(segmentOf(*content, Side::Client).frame);
            finding.serverFrames.push_back(segmentOf(*content, Side::Server).frame);
        }
        return finding;
    }

    /// DSCP and ECN of each direction of each pair.
    void tellTrafficClasses()
    {
        auto begin = m_contents.begin();
        while (begin != m_contents.end()) {
            const auto end = std::find_if(begin, m_contents.end(),
                [&](const Content& content) { return content.pair != begin->pair || content.from != begin->from; });
            tellDscp({begin, end});
            tellEcn({begin, end});
            begin = end;
        }
    }

    void tellDscp(std::span<Content> contents)
    {
        std::map<std::pair<uint8_t, uint8_t>, uint64_t> changes;
        std::map<uint8_t, uint64_t> sent;
        visitHeaders(contents, [&](uint8_t before, uint8_t after) {
            ++sent[dscpOf(before)];
            if (dscpOf(before) != dscpOf(after))
                ++changes[{dscpOf(before), dscpOf(after)}];
        });
        for (const auto& [change, count] : changes) {
            const bool isRule = static_cast<double>(count) > ruleShare * static_cast<double>(sent[change.first]);
            addRule(contents.front(), "dscp",
                "DSCP " + std::to_string(change.first) + " -> " + std::to_string(change.second)
                    + (isRule ? "" : " on " + counted(static_cast<int64_t>(count), "packet")),
                count);
        }
    }

    void tellEcn(std::span<Content> contents)
    {
        uint64_t marked = 0;
        uint64_t cleared = 0;
        visitHeaders(contents, [&](uint8_t before, uint8_t after) {
            marked += ecnOf(before) != congestionExperienced && ecnOf(after) == congestionExperienced ? 1 : 0;
            cleared += ecnOf(before) != 0 && ecnOf(after) == 0 ? 1 : 0;
        });
        if (marked > 0)
            addRule(contents.front(), "ecn-marked",
                "congestion marked (ECN CE) on " + counted(static_cast<int64_t>(marked), "packet"), marked);
        if (cleared > 0)
            addRule(contents.front(), "ecn-cleared",
                "ECN field cleared on " + counted(static_cast<int64_t>(cleared), "packet"), cleared);
    }

    template <typename Take> static void visitHeaders(std::span<const Content> contents, const Take& take)
    {
        for (const Content& content : contents) {
            if (content.isFirst && content.isRead[0] && content.isRead[1])
                take(content.traffic[sideIndex(content.from)], content.traffic[sideIndex(otherSide(content.from))]);
        }
    }

    void addRule(const Content& content, const char* id, const std::string& text, uint64_t packets)
    {
        pairOf(content).rules.push_back({id, text + ' ' + directionText(content.from), content.from, packets});
    }

    const TracePair& m_traces;
    Comparison& m_comparison;
    Progress& m_progress;
    std::vector<Content> m_contents;
    std::map<uint32_t, std::array<std::vector<std::byte>, 2>> m_damaged; ///< by index of the content, then capture
};

} // namespace

void compareContents(const TracePair& traces, Comparison& comparison, Progress& progress)
{
    ContentComparison(traces, comparison, progress).run();
}

} // namespace whyrst
