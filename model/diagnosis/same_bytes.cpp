#include "model/diagnosis/same_bytes.h"

#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t mostDeaths = 8;            ///< other connections that are counted
constexpr size_t fewestForContent = 2;      ///< ours: one other at the same place may be chance
constexpr uint32_t mostPackets = 200'000;   ///< of connections that are analysed for that
constexpr uint32_t mostRowsBack = 64;       ///< in which the latest acknowledgment of a flow is looked for
constexpr uint32_t fewestForBeginning = 32; ///< heuristic: less of a cut payload is the header of its protocol

/// What is known of the content of one transmission.
struct Content
{
    uint32_t row = 0;
    uint32_t length = 0;
    uint32_t captured = 0;
    uint64_t hash = 0;
    bool isDamaged = false; ///< its checksum is wrong: what was sent was something else

    bool isWhole() const { return captured == length; }
    bool isComparableTo(const Content& other) const { return length == other.length && captured == other.captured; }
    bool equals(const Content& other) const { return isComparableTo(other) && hash == other.hash; }
};

/// Bytes that do not get through.
struct StuckBytes
{
    StreamOffset begin;
    StreamOffset end;
    std::vector<Content> contents; ///< of re-sends that begin where they do

    bool isSamePlace(const StuckBytes& other) const { return begin == other.begin; }
    bool isSameSize(const StuckBytes& other) const { return end - begin == other.end - other.begin; }
};

std::vector<Content> contentsOf(const Flow& sender)
{
    std::vector<Content> contents;
    for (const ResentData& data : sender.rare->resentData) {
        const Segment segment = sender.segments.at(data.row);
        contents.push_back(
            {data.row, segment.payloadLength, data.captured, data.hash, segment.checksumClass == ChecksumClass::Bad});
    }
    return contents;
}

StuckBytes stuckBytesOf(const Connection& connection, const Trouble& trouble)
{
    const Flow& sender = connection.flow(trouble.sender);
    StuckBytes stuck{trouble.holeBegin, trouble.holeEnd, contentsOf(sender)};
    std::erase_if(stuck.contents,
        [&](const Content& content) { return sender.segments.at(content.row).dataBegin() != trouble.holeBegin; });
    return stuck;
}

/// The contents that both have, from `stuck`; null when they have none in common.
const Content* commonContent(const StuckBytes& stuck, const StuckBytes& other)
{
    const auto isCommon = [&other](const Content& content) {
        return std::ranges::any_of(other.contents, [&](const Content& second) { return content.equals(second); });
    };
    const auto found = std::ranges::find_if(stuck.contents, isCommon);
    return found == stuck.contents.end() ? nullptr : &*found;
}

/// Whether contents could be compared, as they were sent.
bool areComparable(const StuckBytes& stuck, const StuckBytes& other)
{
    return std::ranges::any_of(stuck.contents, [&](const Content& content) {
        return !content.isDamaged && std::ranges::any_of(other.contents, [&](const Content& second) {
            return !second.isDamaged && content.isComparableTo(second);
        });
    });
}

/// Others that got stuck, by what their bytes have in common with those of this connection.
struct OtherDeaths
{
    size_t all = 0;
    size_t samePlace = 0;
    size_t sameSize = 0;
    size_t samePlaceAndSize = 0;
    size_t sameContent = 0;                ///< all of it
    size_t sameBeginning = 0;              ///< all that was captured of it, at the same place
    size_t otherContent = 0;               ///< compared, and different
    size_t otherContentHere = 0;           ///< of these, at the same place and of the same size
    size_t otherPlaceContent = 0;          ///< the same content at another place
    uint32_t captured = 0;                 ///< bytes that were compared
    size_t passed = 0;                     ///< connections that got past the place
    std::optional<PacketNumber> delivered; ///< a packet with the same content that got through

    void add(const StuckBytes& own, const StuckBytes& other);
    size_t connections() const { return all + 1; }
};

void OtherDeaths::add(const StuckBytes& own, const StuckBytes& other)
{
    const bool isHere = own.isSamePlace(other);
    const bool isSameSize = own.isSameSize(other);
    const Content* common = commonContent(own, other);
    ++all;
    samePlace += isHere ? 1 : 0;
    sameSize += isSameSize ? 1 : 0;
    samePlaceAndSize += isHere && isSameSize ? 1 : 0;
    if (common != nullptr && common->isWhole()) {
        ++sameContent;
        otherPlaceContent += isHere ? 0 : 1;
        captured = common->captured;
    } else if (common != nullptr && isHere && isSameSize && common->captured >= fewestForBeginning) {
        ++sameBeginning;
        captured = common->captured;
    } else if (common == nullptr && areComparable(own, other)) {
        ++otherContent;
        otherContentHere += isHere && isSameSize ? 1 : 0;
    }
}

/// Up to where the data of the other side were acknowledged by `flow`; nothing in a flood of RSTs.
std::optional<StreamOffset> lastAcknowledgment(const Flow& flow)
{
    for (uint32_t row = flow.size(); row-- > 0 && row + mostRowsBack >= flow.size();) {
        const Segment segment = flow.segments.at(row);
        if (segment.flags.ack() && !segment.flags.rst())
            return segment.ack;
    }
    return std::nullopt;
}

/// The packet of a connection that carries bytes as those of `stuck` and got through.
std::optional<PacketNumber> findDelivered(const Connection& connection, Side sender, const StuckBytes& stuck)
{
    const Flow& flow = connection.flow(sender);
    const std::optional<StreamOffset> acknowledged = lastAcknowledgment(connection.flow(otherSide(sender)));
    for (const Content& content : contentsOf(flow)) {
        const Segment segment = flow.segments.at(content.row);
        const auto isSame = [&](const Content& own) {
            return own.isWhole() && !own.isDamaged && !content.isDamaged && own.equals(content);
        };
        if (acknowledged && segment.dataEnd() <= *acknowledged && std::ranges::any_of(stuck.contents, isSame))
            return segment.frame;
    }
    return std::nullopt;
}

OtherDeaths findOtherDeaths(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const StuckBytes own = stuckBytesOf(reset.connection, trouble);
    OtherDeaths deaths;
    deaths.delivered = findDelivered(reset.connection, trouble.sender, own);
    uint32_t packetsLeft = mostPackets;
    for (const Connection* other : neighboursOf(reset)) {
        if (!(other->server == reset.connection.server) || !other->flow(Side::Client).synSeen())
            continue;
        if (!deaths.delivered)
            deaths.delivered = findDelivered(*other, trouble.sender, own);
        deaths.passed += lastAcknowledgment(other->flow(otherSide(trouble.sender))) >= own.end ? 1 : 0;
        const bool closed = other->flow(Side::Client).finSeen && other->flow(Side::Server).finSeen;
        if (closed || other->packetCount() > packetsLeft || deaths.all == mostDeaths)
            continue;
        packetsLeft -= other->packetCount();
        const auto found = buildDeathContext(reset.trace, *other, analyzeConnection(*other)).trouble;
        if (found && found->leaf == trouble.leaf && found->sender == trouble.sender)
            deaths.add(own, stuckBytesOf(*other, *found));
    }
    return deaths;
}

std::string number(size_t count)
{
    return groupedDigits(static_cast<int64_t>(count));
}

/// "3 of 4 connections to this service that got stuck did so ", this one and `others` of them.
std::string ofThose(const OtherDeaths& deaths, size_t others)
{
    return number(others + 1) + " of " + number(deaths.connections())
        + " connections to this service that got stuck did so ";
}

std::string placeOf(const StuckBytes& own)
{
    return "at " + bytesFromTo(own.begin.value, own.end.value) + " of the stream";
}

/// What stops a content again and again.
const char* stopperFor(CauseId cause)
{
    if (cause == CauseId::CorruptedSegment)
        return "a device on the way damages exactly these bytes, this is no chance";
    if (cause == CauseId::ReceiverDiscards)
        return "something on that host stops exactly these bytes, this is no chance";
    return "a content filter, or a device that damages exactly these bytes, stops them; this is no random loss";
}

std::string textOfSameContent(const OtherDeaths& deaths, const StuckBytes& own, CauseId cause)
{
    const bool isHere = deaths.otherPlaceContent == 0;
    const std::string text = ofThose(deaths, deaths.sameContent)
        + (isHere ? placeOf(own) + ", with the same content"
                  : "at the same " + bytesText(deaths.captured) + " of content, not at the same place of the stream");
    if (deaths.delivered)
        return text + ", but that content got through in packet " + std::to_string(deaths.delivered->value)
            + ": it is not the content alone.";
    if (deaths.otherContentHere > 0)
        return text + "; " + counted(static_cast<int64_t>(deaths.otherContentHere), "other")
            + " got stuck at this place with other content: it is not this content alone.";
    if (deaths.sameContent < fewestForContent)
        return text + ".";
    const bool mayPass = deaths.passed > 0;
    return text + ": " + stopperFor(cause)
        + (mayPass ? ", unless what got past this place on "
                    + counted(static_cast<int64_t>(deaths.passed), "connection") + " was the same."
                   : ".");
}

std::string textOfSameBeginning(const OtherDeaths& deaths, const StuckBytes& own)
{
    const bool isTelling = deaths.sameBeginning == deaths.all && deaths.all >= fewestForContent;
    return ofThose(deaths, deaths.sameBeginning) + placeOf(own) + ", and the first " + bytesText(deaths.captured)
        + " of each, all that was captured, are the same"
        + (isTelling ? ": hardly random loss; whole packets would show whether it is the content." : ".");
}

std::string textOfSamePlace(const OtherDeaths& deaths, const StuckBytes& own)
{
    const bool isTelling = deaths.samePlaceAndSize == deaths.all && deaths.all >= fewestForContent;
    const bool isOther = deaths.otherContentHere == deaths.samePlaceAndSize;
    const std::string text
        = ofThose(deaths, deaths.samePlaceAndSize) + placeOf(own) + (isOther ? ", with other content" : "");
    if (deaths.passed > 0)
        return text + "; " + counted(static_cast<int64_t>(deaths.passed), "other connection")
            + " got past this place, so it may be chance.";
    if (!isTelling)
        return text + ".";
    if (isOther)
        return text
            + " each time: hardly random loss, but what stops them goes by the place, the size or a part that they "
              "share, not by all of their bytes.";
    return text
        + ": something stops what comes there, this is hardly random loss; whether it is the same content the capture "
          "does not tell.";
}

std::string textOf(const OtherDeaths& deaths, const StuckBytes& own, CauseId cause)
{
    if (deaths.sameContent > 0)
        return textOfSameContent(deaths, own, cause);
    if (deaths.sameBeginning > 0)
        return textOfSameBeginning(deaths, own);
    if (deaths.samePlaceAndSize > 0)
        return textOfSamePlace(deaths, own);
    if (deaths.samePlace > 0)
        return ofThose(deaths, deaths.samePlace) + "from byte " + groupedDigits(own.begin.value)
            + " of the stream on, but in pieces of different size: that they are the same bytes is not shown.";
    return counted(static_cast<int64_t>(deaths.all), "other connection")
        + " to this service got stuck as well, but at other bytes of the stream"
        + (deaths.otherContent == deaths.all ? " and with other content: nothing speaks for a filter." : ".");
}

void addFacts(Diagnosis& diagnosis, const OtherDeaths& deaths)
{
    const auto add = [&diagnosis](const char* name, size_t count) {
        diagnosis.facts.push_back({name, number(count), static_cast<int64_t>(count)});
    };
    add("stuck_connections", deaths.connections());
    add("compared_content", deaths.sameContent + deaths.sameBeginning + deaths.otherContent);
    add("same_content", deaths.sameContent);
    add("same_place", deaths.samePlace);
    add("same_size", deaths.sameSize);
}

} // namespace

void addSameBytes(Diagnosis& diagnosis, const ResetContext& reset)
{
    const bool mayBeContent = diagnosis.cause == CauseId::SegmentBlackHole
        || diagnosis.cause == CauseId::CorruptedSegment || diagnosis.cause == CauseId::ReceiverDiscards;
    if (!mayBeContent || !reset.trouble || !reset.flow(Side::Client).synSeen())
        return; // in an outage and with a size that does not pass the place says nothing
    const OtherDeaths deaths = findOtherDeaths(reset);
    if (deaths.all == 0)
        return;
    const StuckBytes own = stuckBytesOf(reset.connection, *reset.trouble);
    diagnosis.remarks.push_back({"same-bytes", textOf(deaths, own, diagnosis.cause), std::nullopt});
    addFacts(diagnosis, deaths);
}

} // namespace whyrst
