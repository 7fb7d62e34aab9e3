#include "model/tcp/rare_facts.h"

#include "model/tcp/last_words.h"
#include "model/tcp/requested_name.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

namespace whyrst {

namespace {

void noteMac(Flow& flow, uint64_t mac)
{
    constexpr uint64_t macMask = 0xffff'ffff'ffff;
    if (flow.mac == 0)
        flow.mac = mac & macMask;
    const std::vector<MacChange>& changes = flow.rare->macChanges;
    if (mac != (changes.empty() ? flow.mac : changes.back().mac))
        flow.rare.edit().macChanges.push_back({flow.size(), mac});
}

/// The text at the beginning of a payload: printable ASCII and nothing else up to a NUL or the end; empty without one.
std::string textIn(std::span<const std::byte> payload)
{
    constexpr size_t shortest = 4; ///< heuristic: less is chance
    constexpr size_t longest = 64;
    std::string text;
    for (const std::byte byte : payload.first(std::min(payload.size(), longest))) {
        const char character = std::to_integer<char>(byte);
        if (character == 0)
            break;
        if (character < ' ' || character > '~')
            return {};
        text += character;
    }
    return text.size() < shortest ? std::string() : text;
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

/// Keeps a message at the beginning of a turn of `flow`; the next turn that says something else takes it back.
void noteLastWords(Flow& flow, const Flow& other, std::span<const std::byte> payload)
{
    std::string words = lastWordsIn(payload);
    if (words.empty() && !flow.rare->lastWords)
        return;
    const std::optional<Segment> own = lastDataOf(flow);
    const std::optional<Segment> others = lastDataOf(other);
    const bool isTurn = !own || (others && others->frame > own->frame);
    if (!isTurn)
        return;
    if (words.empty())
        flow.rare.edit().lastWords.reset();
    else
        flow.rare.edit().lastWords = LastWords{flow.size(), std::move(words)};
}

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
        noteMac(flow, header.sourceMac);
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
        noteLastWords(flow, other, header.payload);
        noteRequest(flow, header.payload);
    }
    if (header.payload.empty() || !header.flags.rst())
        return;
    if (std::string text = textIn(header.payload); !text.empty())
        flow.rare.edit().resetTexts.push_back({row, std::move(text)});
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
    if (rare.lastWords && isGone(*rare.lastWords))
        rare.lastWords.reset();
    if (rare.request && isGone(*rare.request))
        rare.request.reset();
}

} // namespace whyrst
