// Puts a diagnosis together: the chain in time order, facts, alternatives.
#pragma once

#include "model/diagnosis/reset_context.h"
#include "model/number_text.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whyrst {

/// Largest number of steps of a chain (diagnosis.md 0, Roles).
constexpr size_t longestChain = 12;

/// Builds one diagnosis for the RST of a context. Rules call it; texts are made later by addWords.
class Evidence
{
public:
    Evidence(const ResetContext& context, CauseId cause, Confidence confidence);

    /// A step for one segment.
    Evidence& add(Role role, const LocatedSegment& located);
    Evidence& add(Role role, Side side, uint32_t row);
    /// One step for several segments of one side, folded; nothing happens without rows.
    Evidence& addFolded(Role role, Side side, std::span<const uint32_t> rows);
    /// A step for each of `rows`, transmissions of the same bytes; those beyond `separate` are folded into the last
    /// one.
    Evidence& addResends(Side side, std::span<const uint32_t> rows, size_t separate);
    /// A packet of `side` that should have come at `time` and did not.
    Evidence& addGhost(Role role, Side side, Timestamp time);
    /// A span of time, from the packet `frame` on when there is one.
    Evidence& addSpan(Role role, Timestamp begin, Timestamp end, std::optional<LocatedSegment> from = std::nullopt);
    /// One step for these ICMP errors of the connection, by their indices; there must be one.
    Evidence& addIcmp(Role role, std::span<const uint32_t> errors);
    /// The trigger, if the RST answers one, the RST itself, and its retry with the challenge that it answers.
    Evidence& addReset();

    Evidence& fact(std::string_view name, int64_t number, std::string text);
    Evidence& fact(std::string_view name, Duration duration);
    Evidence& sub(std::string_view name);
    Evidence& harm(Harm value);
    Evidence& mechanism(Mechanism value);
    Evidence& dataSender(Side side);
    /// How long X waited: resets are grouped by it (diagnosis.md 4.7).
    Evidence& wait(Duration length);
    /// Another cause that the packets do not rule out.
    Evidence& possible(CauseId cause);
    /// Another cause, and the one observation that rules it out.
    Evidence& excluded(CauseId cause, std::string_view by);
    Evidence& missing(Missing code);

    /// The diagnosis with its chain in time order.
    Diagnosis take();

private:
    EvidenceStep stepFor(Role role, const LocatedSegment& located) const;

    const ResetContext& m_context;
    Diagnosis m_diagnosis;
};

/// The resets of the trace that are like this one, if its cause is `cause` and it ended `wait`. There must be a RST.
Cohort cohortOf(const ResetContext& context, CauseId cause, Duration wait);

/// Harm by what the reset cost in bytes: data-lost when some were not acknowledged, else unknown.
Harm harmByLedger(const ResetContext& context);

} // namespace whyrst
