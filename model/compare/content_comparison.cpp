#include "model/compare/content_comparison.h"

#include "model/analysis/thresholds.h"
#include "model/compare/damage_map.h"
#include "model/compare/findings.h"
#include "model/compare/link_contents.h"
#include "model/compare/rewrites.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"
#include "model/number_text.h"

#include <algorithm>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t mostExamined = 200; ///< packets of one kind whose bytes are looked at for a pattern
constexpr size_t mostBytesExamined = 16'000'000;
constexpr size_t mostAlterations = 10'000; ///< packets of one kind that are marked one by one
constexpr double ruleShare = 0.9;          // comparison.md 5.4
constexpr uint64_t fewestForRule = 10;     ///< ours: of fewer packets most may be damaged by chance
constexpr unsigned ecnBits = 2;            // RFC 3168 5: the low bits of the traffic class
constexpr uint8_t congestionExperienced = 3;

uint8_t dscpOf(uint8_t trafficClass)
{
    return static_cast<uint8_t>(trafficClass >> ecnBits);
}

uint8_t ecnOf(uint8_t trafficClass)
{
    return trafficClass & congestionExperienced;
}

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

/// Tells what differs in one direction of a pair.
class WayContents
{
public:
    using Range = std::span<const LinkContent>;
    using AllBytes = std::map<uint32_t, LinkContents::Bytes>;

    /// `first` is the index of the first of `contents` among all.
    WayContents(const TracePair& traces, ConnectionPair& pair, const LinkContents& all, Range contents, uint32_t first)
        : m_traces(traces)
        , m_pair(pair)
        , m_all(all)
        , m_contents(contents)
        , m_first(first)
        , m_from(contents.front().from)
    {
        for (uint32_t index = 0; index < contents.size(); ++index) {
            m_comparable += contents[index].isComparable() ? 1 : 0;
            if (contents[index].isDifferent())
                m_different[kindOf(contents[index])].push_back(index);
        }
    }

    /// Which bytes are to be looked at: some of each kind.
    void choose(AllBytes& wanted, size_t& bytesLeft) const
    {
        if (isRule())
            return;
        for (const std::vector<uint32_t>& different : m_different) {
            for (size_t number = 0; number < std::min(different.size(), mostExamined); ++number) {
                const size_t length = m_contents[different[number]].length[0];
                if (length > bytesLeft)
                    return;
                bytesLeft -= length;
                wanted[m_first + different[number]];
            }
        }
    }

    void tell(const AllBytes& bytes)
    {
        tellDscp();
        tellEcn();
        if (isRule()) {
            addRule("payload", "payload changed in " + counted(differences(), "packet"), differences());
            return;
        }
        for (const Integrity integrity : {Integrity::Broken, Integrity::Rewritten, Integrity::Unknown})
            tellKind(integrity, bytes);
    }

private:
    size_t kindOf(const LinkContent& content) const
    {
        return static_cast<size_t>(integrityOf(m_all.segmentOf(content, otherSide(m_from))));
    }

    int64_t differences() const
    {
        return static_cast<int64_t>(m_different[0].size() + m_different[1].size() + m_different[2].size());
    }

    /// Nearly all packets differ: a box rewrites them, or a capture was made anonymous.
    bool isRule() const
    {
        return m_comparable >= fewestForRule
            && static_cast<double>(differences()) > ruleShare * static_cast<double>(m_comparable);
    }

    void tellKind(Integrity integrity, const AllBytes& bytes)
    {
        const std::vector<uint32_t>& different = m_different[static_cast<size_t>(integrity)];
        if (different.empty())
            return;
        const DamageMap map = mapOf(different, bytes, std::nullopt);
        addAlterations(different);
        CompareFinding finding = makeFinding(different, map, integrity);
        if (integrity == Integrity::Unknown)
            convict(finding, different, bytes);
        m_pair.findings.push_back(std::move(finding));
        sortFindings(m_pair.findings);
    }

    /// Of all copies, or of those of the bytes that begin at `begin`.
    DamageMap mapOf(const std::vector<uint32_t>& different, const AllBytes& bytes, std::optional<int64_t> begin) const
    {
        DamageMap map;
        for (const uint32_t index : different) {
            const auto copies = bytes.find(m_first + index);
            const PacketLink& link = m_all.linkOf(m_contents[index]);
            if (copies == bytes.end() || (begin && link.begin.value != *begin))
                continue;
            const int64_t shift = m_from == Side::Server ? m_pair.way(m_from).offsetShift : 0;
            const int64_t position = link.begin - (m_all.segmentOf(m_contents[index], m_from).dataBegin() + shift);
            map.add(link.begin, static_cast<uint32_t>(std::max<int64_t>(position, 0)),
                copies->second[sideIndex(m_from)], copies->second[sideIndex(otherSide(m_from))]);
        }
        return map;
    }

    void addAlterations(const std::vector<uint32_t>& different)
    {
        std::map<std::pair<uint32_t, uint32_t>, size_t> known;
        for (size_t index = 0; index < m_pair.alterations.size(); ++index) {
            const Alteration& one = m_pair.alterations[index];
            if (one.flow == m_from)
                known[{one.sent, one.arrived}] = index;
        }
        for (const uint32_t index : std::span(different).first(std::min(different.size(), mostAlterations))) {
            const PacketLink& link = m_all.linkOf(m_contents[index]);
            const auto [place, isNew] = known.try_emplace({link.sent, link.arrived}, m_pair.alterations.size());
            if (isNew)
                m_pair.alterations.push_back({m_from, link.sent, link.arrived, {}, {}});
            Alteration& alteration = m_pair.alterations[place->second];
            alteration.fields.emplace_back("payload");
            alteration.text += (alteration.text.empty() ? "" : ", ") + std::string("payload changed");
        }
    }

    CompareFinding makeFinding(const std::vector<uint32_t>& different, const DamageMap& map, Integrity integrity) const
    {
        CompareFinding finding;
        finding.id = findingId(integrity);
        finding.place = m_from == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
        finding.confidence = Confidence::Certain;
        finding.flow = m_from;
        const auto packets = static_cast<int64_t>(different.size());
        const bool isAll = map.copies() == packets;
        const std::string words = map.words(integrity);
        finding.text = counted(packets, "packet") + " of the " + sideName(m_from)
            + (packets == 1 ? " reaches" : " reach") + " the " + sideName(otherSide(m_from)) + " with "
            + (isAll ? counted(static_cast<int64_t>(map.count()), "other byte") : "other bytes")
            + checksumWords(integrity) + (words.empty() ? "" : ": ")
            + (isAll || words.empty() ? "" : "of the first " + groupedDigits(map.copies()) + ", ") + words + ".";
        for (size_t number = 0; number < std::min(different.size(), mostExamined); ++number) {
            finding.clientFrames.push_back(m_all.segmentOf(m_contents[different[number]], Side::Client).frame);
            finding.serverFrames.push_back(m_all.segmentOf(m_contents[different[number]], Side::Server).frame);
        }
        return finding;
    }

    /// Bytes of which every copy arrives as other ones and none is acknowledged were damaged on the way: the receiver
    /// checks what a cut capture cannot. Where bytes that differ are acknowledged all the same, differing tells
    /// nothing.
    void convict(CompareFinding& finding, const std::vector<uint32_t>& different, const AllBytes& bytes) const
    {
        const Side receiver = otherSide(m_from);
        const int64_t acknowledged = mostAcknowledged();
        std::map<int64_t, uint32_t> damaged;
        for (const uint32_t index : different)
            ++damaged[m_all.linkOf(m_contents[index]).begin.value];
        if (m_pair.way(receiver).isSideMissing || damaged.begin()->first < acknowledged)
            return;
        std::map<int64_t, uint32_t> copies;
        for (const PacketLink& link : m_pair.way(m_from).links) {
            if (damaged.contains(link.begin.value))
                ++copies[link.begin.value];
        }
        const auto range = std::ranges::find_if(
            damaged, [&](const auto& one) { return one.second >= minimumResends && one.second == copies[one.first]; });
        if (range == damaged.end())
            return;
        const auto isOfRange
            = [&](uint32_t index) { return m_all.linkOf(m_contents[index]).begin.value == range->first; };
        const uint32_t length = m_all.linkOf(m_contents[*std::ranges::find_if(different, isOfRange)]).length;
        const std::string name = sideName(receiver);
        finding.cause = CauseId::CorruptedSegment;
        finding.id = causeName(CauseId::CorruptedSegment);
        finding.confidence = Confidence::Likely;
        finding.text = capital(bytesFromTo(range->first, range->first + length)) + " from the " + sideName(m_from)
            + " reached the " + name + " as other bytes in each of " + counted(range->second, "copy", "copies")
            + ", and the " + name
            + " never acknowledged them: " + mapOf(different, bytes, range->first).words(Integrity::Unknown) + ".";
    }

    /// The highest acknowledgment of the receiver in either capture.
    int64_t mostAcknowledged() const
    {
        int64_t most = 0;
        for (const Side capture : {Side::Client, Side::Server}) {
            const int64_t shift = capture == Side::Server ? m_pair.way(m_from).offsetShift : 0;
            for (const Segment segment : flowOf(m_traces, m_pair, otherSide(m_from), capture).segments) {
                if (segment.flags.ack() && !segment.flags.rst())
                    most = std::max(most, segment.ack.value + shift);
            }
        }
        return most;
    }

    uint8_t trafficClass(const LinkContent& content, bool isArrived) const
    {
        return content.trafficClass[sideIndex(isArrived ? otherSide(m_from) : m_from)];
    }

    void tellDscp()
    {
        std::map<std::pair<uint8_t, uint8_t>, uint64_t> changes;
        std::map<uint8_t, uint64_t> sent;
        for (const LinkContent& content : m_contents) {
            if (!content.isFirstSent || !content.isRead[0] || !content.isRead[1])
                continue;
            const uint8_t before = dscpOf(trafficClass(content, false));
            const uint8_t after = dscpOf(trafficClass(content, true));
            ++sent[before];
            if (before != after)
                ++changes[{before, after}];
        }
        for (const auto& [change, count] : changes) {
            const bool isForAll = static_cast<double>(count) > ruleShare * static_cast<double>(sent[change.first]);
            addRule("dscp",
                "DSCP " + std::to_string(change.first) + " -> " + std::to_string(change.second)
                    + (isForAll ? "" : " on " + counted(static_cast<int64_t>(count), "packet")),
                static_cast<int64_t>(count));
        }
    }

    void tellEcn()
    {
        int64_t marked = 0;
        int64_t cleared = 0;
        for (const LinkContent& content : m_contents) {
            if (!content.isFirstArrived || !content.isRead[0] || !content.isRead[1])
                continue;
            const uint8_t before = ecnOf(trafficClass(content, false));
            const uint8_t after = ecnOf(trafficClass(content, true));
            marked += before != congestionExperienced && after == congestionExperienced ? 1 : 0;
            cleared += before != 0 && after == 0 ? 1 : 0;
        }
        if (marked > 0)
            addRule("ecn-marked", "congestion marked (ECN CE) on " + counted(marked, "packet"), marked);
        if (cleared > 0)
            addRule("ecn-cleared", "ECN field cleared on " + counted(cleared, "packet"), cleared);
    }

    void addRule(const char* id, const std::string& text, int64_t packets)
    {
        m_pair.rules.push_back({id, text + ' ' + directionText(m_from), m_from, static_cast<uint64_t>(packets)});
    }

    const TracePair& m_traces;
    ConnectionPair& m_pair;
    const LinkContents& m_all;
    Range m_contents;
    uint32_t m_first;
    Side m_from;
    uint64_t m_comparable = 0;
    std::array<std::vector<uint32_t>, 3> m_different; ///< by Integrity; indices into `m_contents`
};

/// The contents, direction by direction.
std::vector<WayContents> waysOf(const TracePair& traces, Comparison& comparison, const LinkContents& contents)
{
    std::vector<WayContents> ways;
    const std::vector<LinkContent>& all = contents.all();
    for (size_t begin = 0; begin < all.size();) {
        size_t end = begin;
        while (end < all.size() && all[end].pair == all[begin].pair && all[end].from == all[begin].from)
            ++end;
        ways.emplace_back(traces, comparison.pairs[all[begin].pair], contents,
            std::span(all).subspan(begin, end - begin), static_cast<uint32_t>(begin));
        begin = end;
    }
    return ways;
}

} // namespace

void compareContents(const TracePair& traces, Comparison& comparison, Progress& progress)
{
    LinkContents contents(traces, comparison, progress);
    if (!contents.read()) {
        if (!contents.unreadable().empty())
            comparison.contentRemark
                = "Payload, DSCP and ECN were not compared: " + contents.unreadable() + " cannot be read again.";
        return;
    }
    std::vector<WayContents> ways = waysOf(traces, comparison, contents);
    WayContents::AllBytes bytes;
    size_t bytesLeft = mostBytesExamined;
    for (const WayContents& way : ways)
        way.choose(bytes, bytesLeft);
    if (!bytes.empty() && !contents.readBytes(bytes))
        return;
    for (WayContents& way : ways)
        way.tell(bytes);
}

} // namespace whyrst
