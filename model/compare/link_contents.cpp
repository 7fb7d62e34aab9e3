#include "model/compare/link_contents.h"

#include "model/compare/reopen_capture.h"
#include "model/packet/decode.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <future>
#include <limits>

namespace whyrst {

namespace {

constexpr uint64_t packetsPerReport = 4096;
constexpr double alreadyDone = 0.8;          ///< of the whole work, by the comparison
constexpr int64_t mostSkipped = 0xffff'ffff; ///< no payload is as long
constexpr const char* standardInput = "-";   ///< as name of a capture

/// Four lanes, which a processor works on at the same time.
uint64_t hashBytes(std::span<const std::byte> bytes)
{
    constexpr size_t lanes = 4;
    constexpr size_t blockSize = lanes * sizeof(uint64_t);
    constexpr uint64_t factor = 0x9e3779b97f4a7c15; // odd, without a pattern: 2^64 over the golden ratio
    constexpr int turn = 29;
    std::array<uint64_t, lanes> state{mixBits(bytes.size()), 1, 2, 3};
    for (; bytes.size() >= blockSize; bytes = bytes.subspan(blockSize)) {
        std::array<uint64_t, lanes> words{};
        std::memcpy(words.data(), bytes.data(), blockSize);
        for (size_t lane = 0; lane < lanes; ++lane)
            state[lane] = std::rotl((state[lane] ^ words[lane]) * factor, turn);
    }
    uint64_t hash = 0;
    for (const uint64_t lane : state)
        hash = mixBits(hash ^ lane);
    for (const std::byte byte : bytes)
        hash = std::rotl((hash ^ std::to_integer<uint64_t>(byte)) * factor, turn);
    return mixBits(hash);
}

} // namespace

LinkContents::LinkContents(const TracePair& traces, const Comparison& comparison, Progress& progress)
    : m_traces(traces)
    , m_comparison(comparison)
    , m_progress(progress)
{
}

Segment LinkContents::segmentOf(const LinkContent& content, Side capture) const
{
    const PacketLink& link = linkOf(content);
    const Flow& flow = flowOf(m_traces, pairOf(content), content.from, capture);
    return flow.segments.at(capture == content.from ? link.sent : link.arrived);
}

void LinkContents::collect()
{
    for (uint32_t pair = 0; pair < m_comparison.pairs.size(); ++pair) {
        for (const Side from : {Side::Client, Side::Server}) {
            const Way& way = m_comparison.pairs[pair].way(from);
            std::vector<bool> hasArrived(way.arrived.size());
            for (uint32_t index = 0; index < way.links.size(); ++index) {
                const PacketLink& link = way.links[index];
                if (link.isAmbiguous)
                    continue;
                LinkContent content{pair, index, from};
                content.isFirstSent = index == 0 || way.links[index - 1].sent != link.sent;
                content.isFirstArrived = !hasArrived[link.arrived];
                hasArrived[link.arrived] = true;
                m_contents.push_back(content);
            }
        }
    }
}

std::vector<LinkContents::Place> LinkContents::placesIn(Side capture, const Wanted& wanted) const
{
    std::vector<Place> places;
    for (uint32_t index = 0; index < m_contents.size(); ++index) {
        if (!wanted(index))
            continue;
        const LinkContent& content = m_contents[index];
        const Segment segment = segmentOf(content, capture);
        const Way& way = pairOf(content).way(content.from);
        const int64_t shift = capture == Side::Server ? way.shiftAt(segment.dataBegin()) : 0;
        const int64_t skip = linkOf(content).begin - (segment.dataBegin() + shift);
        const SeqNum seq = flowOf(m_traces, pairOf(content), content.from, capture).rawSeq(segment.seq);
        const bool isInPacket = skip >= 0 && skip <= mostSkipped;
        places.push_back(
            {segment.frame, index, static_cast<uint32_t>(isInPacket ? skip : mostSkipped), seq, segment.payloadLength});
    }
    std::ranges::sort(places, {}, &Place::frame);
    return places;
}

/// The bytes of the link at `place` in the payload of its packet: as many as were captured.
std::span<const std::byte> LinkContents::bytesAt(const Place& place, std::span<const std::byte> payload) const
{
    if (place.skip >= payload.size())
        return {};
    const auto rest = payload.subspan(place.skip);
    return rest.first(std::min<size_t>(rest.size(), linkOf(m_contents[place.content]).length));
}

/// Walks over a capture and calls `visit` for each wanted content.
LinkContents::Walked LinkContents::walk(
    Side capture, CaptureReader& reader, const Wanted& wanted, const Visit& visit) const
{
    const std::vector<Place> places = placesIn(capture, wanted);
    Packet packet;
    size_t found = 0;
    for (auto place = places.begin(); place != places.end() && reader.next(packet) == ReadStep::Packet;) {
        if (packet.number.value % packetsPerReport == 0 && !m_progress.report(alreadyDone, packet.number.value))
            return Walked::Stopped;
        while (place != places.end() && place->frame < packet.number)
            ++place;
        if (place == places.end() || place->frame != packet.number)
            continue;
        const DecodedPacket decoded = decodePacket(packet);
        const auto* header = std::get_if<SegmentHeader>(&decoded);
        const auto* skipped = std::get_if<SkipReason>(&decoded);
        const bool isFragment = skipped != nullptr && *skipped == SkipReason::Fragment; // of bytes not looked at
        for (; place != places.end() && place->frame == packet.number; ++place) {
            found += isFragment ? 1 : 0;
            if (header == nullptr || header->seq != place->seq || header->payloadLength != place->payloadLength)
                continue;
            ++found;
            visit(place->content, bytesAt(*place, header->payload), header->trafficClass);
        }
    }
    return found == places.size() ? Walked::Completely : Walked::Changed;
}

/// Walks over both captures at the same time, or over none when one of them cannot be read again. False when `progress`
/// asked to stop.
bool LinkContents::walkBoth(
    const std::function<Wanted(Side capture)>& wanted, const std::function<Visit(Side capture)>& visit)
{
    std::array<std::unique_ptr<CaptureReader>, 2> readers;
    for (const Side capture : {Side::Client, Side::Server}) {
        readers[sideIndex(capture)] = openAgain(m_traces.near(capture).capture);
        if (!readers[sideIndex(capture)]) {
            m_gap = nameOf(capture) + " cannot be read again";
            return true;
        }
    }
    const auto walkOver
        = [&](Side capture) { return walk(capture, *readers[sideIndex(capture)], wanted(capture), visit(capture)); };
    // Deferred, after the first one, when no thread is to be had.
    auto other = std::async(std::launch::async | std::launch::deferred, walkOver, Side::Server);
    const Walked client = walkOver(Side::Client);
    const std::array walked{client, other.get()};
    for (const Side capture : {Side::Client, Side::Server}) {
        if (walked[sideIndex(capture)] == Walked::Changed)
            m_gap = nameOf(capture) + " has changed since it was read";
    }
    return std::ranges::find(walked, Walked::Stopped) == walked.end();
}

std::string LinkContents::nameOf(Side capture) const
{
    const std::string& file = m_traces.near(capture).capture.file;
    return file == standardInput ? "standard input" : file;
}

/// Reads the wanted contents, at most `mostBytes` of each.
bool LinkContents::readHashes(const std::function<Wanted(Side capture)>& wanted,
    const std::function<uint32_t(const LinkContent& content)>& mostBytes)
{
    return walkBoth(wanted, [&](Side capture) {
        return [&, own = sideIndex(capture)](uint32_t index, std::span<const std::byte> bytes, uint8_t trafficClass) {
            LinkContent& content = m_contents[index];
            bytes = bytes.first(std::min<size_t>(bytes.size(), mostBytes(content)));
            content.isRead[own] = true;
            content.trafficClass[own] = trafficClass;
            content.length[own] = static_cast<uint32_t>(bytes.size());
            content.hash[own] = static_cast<uint32_t>(hashBytes(bytes));
        };
    });
}

bool LinkContents::read()
{
    collect();
    const auto all = [](Side) { return [](uint32_t) { return true; }; };
    if (!readHashes(all, [](const LinkContent&) { return std::numeric_limits<uint32_t>::max(); }))
        return false;
    // Where the other capture was cut shorter: once more, as far as both reach.
    const auto isLonger = [](const LinkContent& content, size_t own) {
        return content.isRead[0] && content.isRead[1] && content.length[own] > content.length[1 - own];
    };
    std::array<std::vector<bool>, 2> longer;
    std::vector<uint32_t> common(m_contents.size());
    bool isNeeded = false;
    for (size_t own = 0; own < longer.size(); ++own) {
        longer[own].resize(m_contents.size());
        for (size_t index = 0; index < m_contents.size(); ++index) {
            longer[own][index] = isLonger(m_contents[index], own);
            common[index] = std::min(m_contents[index].length[0], m_contents[index].length[1]);
            isNeeded = isNeeded || longer[own][index];
        }
    }
    const auto those = [&longer](Side capture) {
        return [&chosen = longer[sideIndex(capture)]](uint32_t index) { return bool{chosen[index]}; };
    };
    return !isNeeded || readHashes(those, [&](const LinkContent& content) { return common[indexOf(content)]; });
}

bool LinkContents::readBytes(std::map<uint32_t, Bytes>& wanted)
{
    return walkBoth([&wanted](Side) { return [&wanted](uint32_t index) { return wanted.contains(index); }; },
        [&wanted](Side capture) {
            return [&wanted, capture](uint32_t index, std::span<const std::byte> bytes, uint8_t) {
                wanted.at(index)[sideIndex(capture)].assign(bytes.begin(), bytes.end());
            };
        });
}

} // namespace whyrst
