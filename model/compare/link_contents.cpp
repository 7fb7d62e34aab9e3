#include "model/compare/link_contents.h"

#include "model/capture/merged_reader.h"
#include "model/packet/decode.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace whyrst {

namespace {

constexpr uint64_t packetsPerReport = 4096;
constexpr double alreadyDone = 0.8; ///< of the whole work, by the comparison

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

std::vector<std::pair<PacketNumber, uint32_t>> LinkContents::placesIn(Side capture, const Wanted& wanted) const
{
    std::vector<std::pair<PacketNumber, uint32_t>> places;
    for (uint32_t index = 0; index < m_contents.size(); ++index) {
        if (wanted(index))
            places.emplace_back(segmentOf(m_contents[index], capture).frame, index);
    }
    std::ranges::sort(places);
    return places;
}

/// The bytes of the link in a packet of `capture`: as many as were captured.
std::span<const std::byte> LinkContents::bytesIn(
    const LinkContent& content, Side capture, const Segment& segment, std::span<const std::byte> payload) const
{
    const PacketLink& link = linkOf(content);
    const int64_t shift = capture == Side::Server ? pairOf(content).way(content.from).offsetShift : 0;
    const int64_t skip = link.begin - (segment.dataBegin() + shift);
    if (skip < 0 || skip >= static_cast<int64_t>(payload.size()))
        return {};
    const auto rest = payload.subspan(static_cast<size_t>(skip));
    return rest.first(std::min<size_t>(rest.size(), link.length));
}

/// Walks over a capture and calls `visit` for each wanted content. False: it cannot be read again, is another one by
/// now, or nobody waits any more.
bool LinkContents::walk(Side capture, const Wanted& wanted, const Visit& visit)
{
    const std::vector<std::pair<PacketNumber, uint32_t>> places = placesIn(capture, wanted);
    const CaptureInfo& info = m_traces.near(capture).capture;
    const std::unique_ptr<CaptureReader> reader = openAgain(info);
    Packet packet;
    auto place = places.begin();
    bool isFound = places.empty();
    while (reader && place != places.end() && reader->next(packet) == ReadStep::Packet) {
        if (packet.number.value % packetsPerReport == 0 && !m_progress.report(alreadyDone, packet.number.value))
            return false;
        while (place != places.end() && place->first < packet.number)
            ++place;
        if (place == places.end() || place->first != packet.number)
            continue;
        const DecodedPacket decoded = decodePacket(packet);
        const auto* header = std::get_if<SegmentHeader>(&decoded);
        for (; place != places.end() && place->first == packet.number; ++place) {
            const LinkContent& content = m_contents[place->second];
            const Segment segment = segmentOf(content, capture);
            const Flow& flow = flowOf(m_traces, pairOf(content), content.from, capture);
            if (header == nullptr || header->seq != flow.rawSeq(segment.seq)
                || header->payloadLength != segment.payloadLength)
                continue;
            isFound = true;
            visit(place->second, bytesIn(content, capture, segment, header->payload), header->trafficClass);
        }
    }
    if (!isFound)
        m_unreadable = info.file;
    return isFound;
}

bool LinkContents::readHashes(Side capture, const Wanted& wanted)
{
    const size_t own = sideIndex(capture);
    const size_t other = sideIndex(otherSide(capture));
    return walk(capture, wanted, [=, this](uint32_t index, std::span<const std::byte> bytes, uint8_t trafficClass) {
        LinkContent& content = m_contents[index];
        if (content.isRead[other])
            bytes = bytes.first(std::min<size_t>(bytes.size(), content.length[other]));
        content.isRead[own] = true;
        content.trafficClass[own] = trafficClass;
        content.length[own] = static_cast<uint32_t>(bytes.size());
        content.hash[own] = static_cast<uint32_t>(hashBytes(bytes));
    });
}

bool LinkContents::read()
{
    collect();
    for (const Side capture : {Side::Client, Side::Server}) {
        if (!readHashes(capture, [](uint32_t) { return true; }))
            return false;
    }
    for (const Side capture : {Side::Client, Side::Server}) {
        // The other one was cut shorter: as far as both reach.
        const size_t own = sideIndex(capture);
        const auto isLonger = [own](const LinkContent& content) {
            return content.isRead[0] && content.isRead[1] && content.length[own] > content.length[1 - own];
        };
        const bool isNeeded = std::ranges::any_of(m_contents, isLonger);
        if (isNeeded && !readHashes(capture, [&](uint32_t index) { return isLonger(m_contents[index]); }))
            return false;
    }
    return true;
}

bool LinkContents::readBytes(std::map<uint32_t, Bytes>& wanted)
{
    const auto isWanted = [&wanted](uint32_t index) { return wanted.contains(index); };
    return std::ranges::all_of(std::array{Side::Client, Side::Server}, [&](Side capture) {
        return walk(capture, isWanted, [&](uint32_t index, std::span<const std::byte> bytes, uint8_t) {
            wanted[index][sideIndex(capture)].assign(bytes.begin(), bytes.end());
        });
    });
}

} // namespace whyrst
