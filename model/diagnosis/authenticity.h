// Whether a RST is really its sender's (diagnosis.md 2.4).
#pragma once

#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/sender_limits.h"
#include "model/diagnosis/trace_context.h"

#include <string>
#include <vector>

namespace whyrst {

/// One test that gave points.
struct AuthenticityTest
{
    const char* id = ""; ///< "auth-ttl"
    int points = 0;
    std::string finding; ///< for people: "TTL 57, its other packets 49"
};

/// The score of a RST: 4 or more says that it is not its sender's.
struct Authenticity
{
    std::vector<AuthenticityTest> tests;
    bool ttlFits = false; ///< its TTL is the one that enough packets of the host have

    int score() const;
    bool has(const char* id) const;
    /// Points against the host, what speaks for it left out.
    int suspicion() const;
    /// Whether all signs are of where the RST comes from (TTL, time, Ethernet address), none of what it says.
    bool tellsOnlyPlace() const;
    /// The finding with the most points; empty without.
    std::string strongest() const;
};

/// What a packet with this TTL set out with: 32, 64, 128 or 255. Heuristic: what stacks begin with.
int initialTtlOf(int ttl);

/// `state` is the state just before the RST.
Authenticity judgeAuthenticity(const TraceContext& context, const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, const FormVerdict& form, const ConnectionState& state);

} // namespace whyrst
