// Numbers of single rules, here because the list of rules tells them to people. Those of all rules together are in
// model/analysis/thresholds.h, those of who sent a RST in sender_limits.h.
#pragma once

#include "model/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace whyrst {

// Where the capture was taken (diagnosis.md 2.2)
constexpr double mostOf = 0.9;                                       ///< V2: share of a side's packets that must agree
constexpr uint32_t enoughChecksums = 3;                              ///< fewer may be chance
constexpr Duration shortestHandshake = std::chrono::milliseconds(2); ///< V5: below it jitter decides
constexpr double nearShare = 0.9;                                    ///< V5, V6
constexpr Duration nearAnswer = std::chrono::milliseconds(1);        ///< V6
constexpr uint32_t enoughAnswers = 3;                                ///< V6, ours: a delayed ACK spoils single samples

// Handshakes (diagnosis.md 1.3, 1.5)
constexpr Duration slowAnswer = std::chrono::seconds(1);       ///< cancelled: a program that waits longer gives up
constexpr Duration scanTime = std::chrono::seconds(60);        ///< scan
constexpr size_t scanTargets = 5;                              ///< scan: addresses and ports
constexpr int spoofedTtl = 2;                                  ///< spoofed: TTLs that far apart
constexpr Duration longestConnect = std::chrono::seconds(130); ///< unsolicited: Linux gives a SYN up after 127 s
constexpr Duration backscatterTime = std::chrono::seconds(60); ///< unsolicited
constexpr size_t backscatterCount = 3;                         ///< unsolicited

// Unread data (diagnosis.md 1.18, 3.6)
constexpr Duration answerBeforeReset = std::chrono::milliseconds(5); ///< E4
constexpr int64_t unreadSegments = 2;                                ///< E2, E3: hosts do not offer less room

// Waits (diagnosis.md 1.16, 1.17, 2.8)
constexpr uint32_t cohortSize = 3; ///< diagnosis.md 4.7: resets that ended the same wait
std::string roundLimitsText();     ///< "1, 2, 3, 5 ... s"

} // namespace whyrst
