#include "model/tcp/rare_facts.h"

#include "model/tcp/hash.h"
#include "model/tcp/last_words.h"
#include "model/tcp/requested_name.h"
#include "model/tcp/reset_text.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <string>

namespace whyrst {

namespace {

void noteMac(Flow& flow, uint64_t mac, uint16_t vlan)
{
    constexpr uint64_t macMask = 0xffff'ffff'ffff;
    constexpr uint16_t vlanMask = 0x0fff;
    if (flow.mac == 0) {
        flow.mac = mac & macMask;
        flow.vlan = vlan & vlanMask;
    }
    const std::vector<MacChange>& changes = flow.rare->macChanges;
    const MacChange first{0, flow.mac, static_cast<uint16_t>(flow.vlan)};
    const MacChange& last = changes.empty() ? first : changes.back();
    if (mac != last.mac || vlan != last.vlan)
        flow.rare.edit().macChanges.push_back({flow.size(), mac, vlan});
}

/// The last row with data; nothing when none of the last 64 has any.
std::optional<Segment> lastDataOf(const Flow& flow)
{
    constexpr uint32_t rowsBack = 64;
    for (uint32_t row = flow.size(); row-- > 0 && row + rowsBack >= flow.size();) {
        const Segment segment = flow.segments.at(row);
        if (segment.payloadLength > 0)
            return segment;
    }
    return {};
}

/// Notes that the flow is one of SSH; what it said before was no refusal then.
void noteSsh(Flow& flow, const Flow& other, std::span<const std::byte> payload)
{
    if (flow.speaksSsh)
        return;
    const bool isFirst = flow.payloadBytes == 0 && beginsWithSshIdentification(payload);
    flow.speaksSsh = isFirst || (other.speaksSsh && sshGreetingIn(payload).isIdentified);
    if (flow.speaksSsh && flow.rare->lastWords)
        flow.rare.edit().lastWords.reset();
}

/// Keeps a message at the beginning of a turn of `flow`; the next turn that says something else takes it back.
void noteLastWords(Flow& flow, const Flow& other, std::span<const std::byte> payload)
{
    std::string words = lastWordsIn(payload);
    if (words.empty() && other.speaksSsh && !flow.speaksSsh)
        words = sshGreetingIn(payload).line;
    if (words.empty() && !flow.rare->lastWords)
        return;
    const std::optional<Segment> own = lastDataOf(flow);
    const std::optional<Segment> others = lastDataOf(other);
    const bool isTurn = !own || (others && others->frame > own->frame);
    if (!isTurn && sshClosingIn(payload).empty()) // which follows on other packets of SSH
        return;
    if (words.empty())
        flow.rare.edit().lastWords.reset();
    else
        flow.rare.edit().lastWords = LastWords{flow.size(), std::move(words)};
}

/// Whether the byte at `seq` was sent before, or a later one. The offset of the row that is about to be added counts as
/// seen already.
bool wasSentBefore(const Flow& flow, StreamOffset seq)
{
    if (seq < flow.space.reference())
        return true;
    return !flow.empty() && flow.segments.at(flow.size() - 1).end() > seq; // the last data of all
}

/// Whether the bytes are one short pattern again and again: any other part of such data looks the same.
bool repeatsPattern(std::span<const std::byte> payload)
{
    constexpr size_t longestPattern = 16; ///< heuristic: test data are zeros, or count from 0 to 9
    for (size_t length = 1; length <= std::min(longestPattern, payload.size() / 2); ++length) {
        if (std::memcmp(payload.data(), payload.data() + length, payload.size() - length) == 0)
            return true;
    }
    return payload.size() < 2;
}

constexpr std::ptrdiff_t mostResentData = 64; ///< of a flow; stuck bytes are among the last that are sent again

void noteRequest(Flow& flow, std::span<const std::byte> payload)
{
    std::string name = requestedNameIn(payload);
    if (!name.empty())
        flow.rare.edit().request = RequestedName{flow.size(), std::move(name)};
}

} // namespace

void noteRareFacts(Flow& flow, const Flow& other, const SegmentHeader& header, uint32_t truncatedBytes)
{
    const uint32_t row = flow.size();
    if (header.sourceMac != 0)
        noteMac(flow, header.sourceMac, header.vlan);
    if (header.options.userTimeout)
        flow.rare.edit().userTimeout = header.options.userTimeout;
    if (header.options.multipathResetReason)
        flow.rare.edit().resetReasons.push_back({row, *header.options.multipathResetReason});
    if (header.options.fastOpen && header.flags.syn())
        flow.rare.edit().fastOpenCookie = header.options.fastOpenCookieLength;
    if (header.options.sackBlockCount > 0) {
        std::vector<RawSackBlock>& known = flow.rare.edit().sackBlocks;
        const auto& blocks = header.options.sackBlocks;
        known.insert(known.end(), blocks.begin(), blocks.begin() + header.options.sackBlockCount);
    }
    if (truncatedBytes > 0) {
        flow.rare.edit().truncatedBytes += truncatedBytes;
        ++flow.rare.edit().truncatedSegments;
    }
    if (header.flags.urg() && header.payloadLength > 0)
        flow.rare.edit().urgentBytes += header.urgentPointer;
    if (!header.payload.empty() && !header.flags.rst()) {
        noteSsh(flow, other, header.payload);
        noteLastWords(flow, other, header.payload);
        noteRequest(flow, header.payload);
    }
    if (header.payload.empty() || !header.flags.rst())
        return;
    flow.rare.edit().resetTexts.push_back({row, resetTextIn(header.payload, truncatedBytes > 0)});
}

void noteResentData(Flow& flow, const Segment& segment, std::span<const std::byte> payload, uint64_t hashSeed)
{
    if (!wasSentBefore(flow, segment.seq) || repeatsPattern(payload))
        return;
    std::vector<ResentData>& known = flow.rare.edit().resentData;
    if (std::ssize(known) == mostResentData)
        known.erase(known.begin(), known.begin() + mostResentData / 2);
    known.push_back({flow.size(), static_cast<uint32_t>(payload.size()), hashBytes(payload, hashSeed)});
}

void forgetRareFacts(Flow& flow, uint32_t row)
{
    if (!flow.rare.isSet())
        return;
    RareFacts& rare = flow.rare.edit();
    const auto isGone = [row](const auto& fact) { return fact.row >= row; };
    std::erase_if(rare.macChanges, isGone);
    std::erase_if(rare.resetReasons, isGone);
    std::erase_if(rare.resetTexts, isGone);
    std::erase_if(rare.resentData, isGone);
    if (rare.lastWords && isGone(*rare.lastWords))
        rare.lastWords.reset();
    if (rare.request && isGone(*rare.request))
        rare.request.reset();
}

} // namespace whyrst
