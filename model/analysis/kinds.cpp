#include "model/analysis/kinds.h"

#include <array>

namespace whyrst {

namespace {

constexpr std::array<const char*, kindCount> names = {
    "new",
    "late-original",
    "fast-retransmission",
    "tlp",
    "rto-retransmission",
    "rto-follow",
    "needless",
    "retransmission",
    "resent-unseen",
    "spurious",
    "network-duplicate",
    "capture-duplicate",
    "keep-alive",
    "keep-alive-ack",
    "zero-window-probe",
    "probe-ack",
    "dup-ack",
    "d-sack",
    "window-update",
    "window-shrink",
    "zero-window",
    "challenge-ack",
};

} // namespace

const char* kindName(Kind kind)
{
    return names[static_cast<size_t>(kind)];
}

std::string toString(Kinds kinds)
{
    std::string text;
    for (int number = 0; number < kindCount; ++number) {
        const auto kind = static_cast<Kind>(number);
        if (!kinds.has(kind))
            continue;
        if (!text.empty())
            text += '+';
        text += kindName(kind);
    }
    return text;
}

} // namespace whyrst
