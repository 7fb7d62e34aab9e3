#include "model/compare/content_comparison.h"

#include "model/analysis/thresholds.h"
#include "model/compare/damage_map.h"
#include "model/compare/data_findings.h"
#include "model/compare/findings.h"
#include "model/compare/link_contents.h"
#include "model/compare/missing_bytes.h"
#include "model/compare/rewrites.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"
#include "model/number_text.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t mostExamined = 200; ///< packets of one kind whose bytes are looked at for a pattern
constexpr size_t mostBytesExamined = 16'000'000;
constexpr size_t mostAlterations = 10'000; ///< packets of one kind that are marked one by one
constexpr double ruleShare = 0.9;          // comparison.md 5.4
constexpr double fewestForRule = 10;       ///< ours: of fewer places in the stream most may be changed by chance
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
                                            : "";
}

ptrdiff_t countDistinct(std::vector<int64_t> numbers)
{
    std::ranges::sort(numbers);
    return std::unique(numbers.begin(), numbers.end()) - numbers.begin();
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
        sortOut();
        m_unacknowledged = findUnacknowledged();
    }

    /// The bytes that a cause rests on are to be looked at before others.
    void chooseUnacknowledged(AllBytes& wanted, size_t& bytesLeft) const
    {
        choose(m_unacknowledged, wanted, bytesLeft);
    }

    /// Which bytes are to be looked at: some of each kind.
    void choose(AllBytes& wanted, size_t& bytesLeft) const
    {
        for (const Integrity integrity : kinds())
            choose(differentOf(integrity), wanted, bytesLeft);
    }

    void tell(const AllBytes& bytes)
    {
        tellDscp();
        tellEcn();
        if (m_isRule) {
            const auto packets = static_cast<int64_t>(
                differentOf(Integrity::Rewritten).size() + differentOf(Integrity::Unknown).size());
            addRule("payload", "payload changed in " + counted(packets, "packet"), packets);
        }
        for (const Integrity integrity : kinds())
            tellKind(integrity, bytes);
    }

private:
    /// What is sent again counts once for a rule: it is damaged again, or changed again.
    void sortOut()
    {
        std::vector<int64_t> comparable;
        std::vector<int64_t> changed;
        for (uint32_t index = 0; index < m_contents.size(); ++index) {
            if (!m_contents[index].isComparable())
                continue;
            comparable.push_back(beginOf(index).value);
            if (!m_contents[index].isDifferent())
                continue;
            const Integrity integrity = integrityOf(m_all.segmentOf(m_contents[index], otherSide(m_from)));
            m_different[static_cast<size_t>(integrity)].push_back(index);
            if (integrity != Integrity::Broken)
                changed.push_back(comparable.back());
        }
        const auto places = static_cast<double>(countDistinct(std::move(comparable)));
        m_isRule
            = places >= fewestForRule && static_cast<double>(countDistinct(std::move(changed))) > ruleShare * places;
    }

    const std::vector<uint32_t>& differentOf(Integrity integrity) const
    {
        return m_different[static_cast<size_t>(integrity)];
    }

    StreamOffset beginOf(uint32_t index) const { return m_all.linkOf(m_contents[index]).begin; }

    /// What is told packet by packet. Not what a rule tells: nearly all data is changed, by a box or because a capture
    /// was made anonymous. Damage is no rule.
    std::vector<Integrity> kinds() const
    {
        return m_isRule ? std::vector{Integrity::Broken}
                        : std::vector{Integrity::Broken, Integrity::Rewritten, Integrity::Unknown};
    }

    void choose(std::span<const uint32_t> some, AllBytes& wanted, size_t& bytesLeft) const
    {
        for (const uint32_t index : some.first(std::min(some.size(), mostExamined))) {
            const size_t length = m_contents[index].length[0];
            if (length > bytesLeft)
                return;
            bytesLeft -= wanted.try_emplace(m_first + index).second ? length : 0;
        }
    }

    void tellKind(Integrity integrity, const AllBytes& bytes)
    {
        const std::vector<uint32_t>& different = differentOf(integrity);
        if (different.empty())
            return;
        addAlterations(different);
        if (integrity == Integrity::Broken && addToCause(different, mapOf(different, bytes)))
            return;
        CompareFinding finding = makeFinding(different, mapOf(different, bytes), integrity);
        if (integrity == Integrity::Unknown && !m_unacknowledged.empty())
            convict(finding, bytes);
        if (integrity == Integrity::Broken) // it says the same, and what was damaged
            std::erase_if(m_pair.findings,
                [&](const CompareFinding& other) { return other.id == "arrived-broken" && other.flow == m_from; });
        m_pair.findings.push_back(std::move(finding));
        sortFindings(m_pair.findings);
    }

    /// Adds the pattern of the damage to the finding that says what came of it. False when there is none, or not all
    /// of the packets are its.
    bool addToCause(const std::vector<uint32_t>& different, const DamageMap& map)
    {
        const auto cause = std::ranges::find_if(m_pair.findings, [&](const CompareFinding& finding) {
            return finding.cause == CauseId::CorruptedSegment && finding.flow == m_from;
        });
        if (cause == m_pair.findings.end())
            return false;
        const std::vector<PacketNumber>& frames = m_from == Side::Client ? cause->clientFrames : cause->serverFrames;
        const bool isNamed = std::ranges::all_of(
            std::span(different).first(std::min(different.size(), namedFrames)), [&](uint32_t index) {
                const PacketNumber frame = m_all.segmentOf(m_contents[index], m_from).frame;
                return std::ranges::find(frames, frame) != frames.end();
            });
        const std::string words = map.words(Integrity::Broken);
        if (isNamed && !words.empty()) {
            const std::string sentence = capital(words) + ".";
            cause->text += " " + sentence;
            cause->addition = sentence;
        }
        return isNamed;
    }

    DamageMap mapOf(const std::vector<uint32_t>& different, const AllBytes& bytes) const
    {
        DamageMap map;
        for (const uint32_t index : different) {
            const auto copies = bytes.find(m_first + index);
            if (copies == bytes.end())
                continue;
            const StreamOffset begin = beginOf(index);
            const StreamOffset own = m_all.segmentOf(m_contents[index], m_from).dataBegin();
            const int64_t position = begin - (own + (m_from == Side::Server ? m_pair.way(m_from).shiftAt(own) : 0));
            map.add(begin, static_cast<uint32_t>(std::max<int64_t>(position, 0)), copies->second[sideIndex(m_from)],
                copies->second[sideIndex(otherSide(m_from))]);
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
                m_pair.alterations.push_back({m_from, link.sent, link.arrived, {}, {}, false});
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
            + (isAll ? counted(static_cast<int64_t>(map.count()), "byte") + " changed" : "changed bytes")
            + checksumWords(integrity) + caveat(different, integrity) + (words.empty() ? "" : ": ")
            + (isAll || words.empty() ? "" : "of the first " + groupedDigits(map.copies()) + ", ") + words + ".";
        for (size_t number = 0; number < std::min(different.size(), mostExamined); ++number) {
            finding.clientFrames.push_back(m_all.segmentOf(m_contents[different[number]], Side::Client).frame);
            finding.serverFrames.push_back(m_all.segmentOf(m_contents[different[number]], Side::Server).frame);
        }
        return finding;
    }

    /// " (the checksum could not be checked; only the first 16 bytes of each could be compared)", or what of it is
    /// true.
    std::string caveat(const std::vector<uint32_t>& different, Integrity integrity) const
    {
        std::string text = integrity == Integrity::Unknown ? "the checksum could not be checked" : "";
        const std::string cut = cutWords(different);
        text += (text.empty() || cut.empty() ? "" : "; ") + cut;
        return text.empty() ? "" : " (" + text + ")";
    }

    /// How much of the packets a snap length left to compare; empty when all.
    std::string cutWords(const std::vector<uint32_t>& different) const
    {
        int64_t packets = 0;
        uint32_t least = std::numeric_limits<uint32_t>::max();
        uint32_t most = 0;
        for (const uint32_t index : different) {
            const uint32_t length = m_contents[index].length[0];
            if (length >= m_all.linkOf(m_contents[index]).length)
                continue;
            ++packets;
            least = std::min(least, length);
            most = std::max(most, length);
        }
        if (packets == 0)
            return {};
        const std::string whose = different.size() == 1         ? ""
            : packets == static_cast<int64_t>(different.size()) ? " of each"
                                                                : " of " + groupedDigits(packets) + " of them";
        return (least == most ? "only the first " : "at most the first ") + bytesText(most) + whose
            + " could be compared";
    }

    /// The copies of the bytes that the receiver still waits for, when all of them differ and its checksum is not
    /// known. Where bytes that differ are acknowledged all the same, differing tells nothing.
    std::vector<uint32_t> findUnacknowledged() const
    {
        const std::vector<uint32_t>& different = differentOf(Integrity::Unknown);
        if (m_isRule || different.empty() || m_pair.way(otherSide(m_from)).isSideMissing)
            return {};
        const std::optional<StreamOffset> missing = firstMissingByte(m_traces, m_pair, m_from);
        std::vector<uint32_t> copies;
        for (const uint32_t index : different) {
            if (!missing || beginOf(index) < *missing)
                return {};
            if (beginOf(index) == *missing)
                copies.push_back(index);
        }
        const auto holdsByte
            = [&](const PacketLink& link) { return link.begin <= *missing && *missing < link.begin + link.length; };
        const bool isAll = std::cmp_equal(std::ranges::count_if(m_pair.way(m_from).links, holdsByte), copies.size());
        return isAll && copies.size() >= minimumResends ? copies : std::vector<uint32_t>();
    }

    /// Bytes of which every copy arrives as other ones and none is acknowledged were damaged on the way: the receiver
    /// checks what a cut capture cannot.
    void convict(CompareFinding& finding, const AllBytes& bytes) const
    {
        const PacketLink& link = m_all.linkOf(m_contents[m_unacknowledged.front()]);
        const std::string name = sideName(otherSide(m_from));
        const std::string words = mapOf(m_unacknowledged, bytes).words(Integrity::Unknown);
        finding.cause = CauseId::CorruptedSegment;
        finding.id = causeName(CauseId::CorruptedSegment);
        finding.confidence = Confidence::Likely;
        finding.text = capital(bytesFromTo(link.begin.value, link.begin.value + link.length)) + " from the "
            + sideName(m_from) + " reached the " + name + " as other bytes in each of "
            + counted(static_cast<int64_t>(m_unacknowledged.size()), "copy", "copies")
            + caveat(m_unacknowledged, Integrity::Unknown) + ", and the " + name + " never acknowledged them"
            + (words.empty() ? "" : ": ") + words + ".";
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
        m_pair.rules.push_back({id, text + ' ' + directionText(m_from), m_from, static_cast<uint64_t>(packets), 0});
    }

    const TracePair& m_traces;
    ConnectionPair& m_pair;
    const LinkContents& m_all;
    Range m_contents;
    uint32_t m_first;
    Side m_from;
    bool m_isRule = false;
    std::array<std::vector<uint32_t>, 3> m_different; ///< by Integrity; indices into `m_contents`
    std::vector<uint32_t> m_unacknowledged;           ///< those that convict the way
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

std::string remarkOn(const LinkContents& contents)
{
    if (contents.gap().empty())
        return {};
    const bool isAnyCompared = std::ranges::any_of(
        contents.all(), [](const LinkContent& content) { return content.isRead[0] && content.isRead[1]; });
    return std::string("Payload, DSCP and ECN were not ") + (isAnyCompared ? "compared completely: " : "compared: ")
        + contents.gap() + ".";
}

} // namespace

void compareContents(const TracePair& traces, Comparison& comparison, Progress& progress)
{
    LinkContents contents(traces, comparison, progress);
    if (!contents.read())
        return;
    std::vector<WayContents> ways = waysOf(traces, comparison, contents);
    WayContents::AllBytes bytes;
    size_t bytesLeft = mostBytesExamined;
    for (const WayContents& way : ways)
        way.chooseUnacknowledged(bytes, bytesLeft);
    for (const WayContents& way : ways)
        way.choose(bytes, bytesLeft);
    if (!bytes.empty() && !contents.readBytes(bytes))
        return;
    for (WayContents& way : ways)
        way.tell(bytes);
    comparison.contentRemark = remarkOn(contents);
}

} // namespace whyrst
