// The points and limits by which a RST is compared with its host's own packets (diagnosis.md 2.4).
#pragma once

#include "model/time.h"

#include <cstdint>

namespace whyrst {

constexpr int forgedScore = 4;          // diagnosis.md 2.4: likely
constexpr int certainlyForgedScore = 6; // diagnosis.md 1.23
constexpr int strongSign = 3;           ///< points that leave open who sent a RST that otherwise looks genuine

/// Points of the tests of diagnosis.md 2.4.
namespace points {
constexpr int ttl = 3;
constexpr int ttlOffByOne = 1;
constexpr int ttlOfFew = 1; ///< ours: another class than fewer packets than a full comparison needs
constexpr int ipId = 2;
constexpr int ipIdOfReply = 1;
constexpr int timestamp = 2;
constexpr int timestampUnknownStack = 1;
constexpr int window = 1;
constexpr int train = 3;
constexpr int goesOnAfterAbort = 4;
constexpr int goesOnAfterReply = 2;
constexpr int tooEarly = 5;
constexpr int macOnLink = 3;
constexpr int macBehindRouter = 1;
constexpr int twin = 3;
constexpr int behind = 2;
constexpr int content = 2;
constexpr int genuine = -4;
} // namespace points

constexpr int differentTtl = 2;            ///< routers on the way may change a TTL by one
constexpr uint32_t manyPackets = 10;       ///< a TTL one off counts only against so many constant ones
constexpr uint32_t ipIdSlack = 64;         ///< packets to other hosts in between
constexpr uint16_t genuineIpIdStep = 16;   ///< a nearer IP ID speaks for the host
constexpr uint32_t rememberedWindows = 20; ///< last windows of the host that the RST's own is compared with
constexpr uint32_t causalSamples = 3;      ///< round trips that must be known
constexpr uint32_t requestsAlike = 3;      ///< connections that asked for one name, this one included
constexpr Duration trainTime = std::chrono::seconds(1);
constexpr Duration goesOnSlack = std::chrono::milliseconds(100);
constexpr Duration causalRoundTrip = std::chrono::milliseconds(2);     ///< below it the order in the file decides
constexpr Duration timestampLineSlack = std::chrono::milliseconds(10); ///< on the clock of the host
constexpr Duration timestampOffLine = std::chrono::seconds(1);         ///< off the clock of the host

} // namespace whyrst
