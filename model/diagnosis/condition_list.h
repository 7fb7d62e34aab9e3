// Collects the conditions of the rule of one diagnosis: see conditions.h. Its parts stand in conditions*.cpp.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whyrst {

/// Whether the rule of a cause has explained the RST by it, or says nothing: then the diagnosis bears the cause alone.
enum class RuleVerdict : uint8_t
{
    Spoke,
    Silent
};

/// Collects the conditions of one diagnosis.
class ConditionList
{
public:
    ConditionList(const Diagnosis& diagnosis, const ResetContext& reset, RuleVerdict verdict = RuleVerdict::Spoke);

    std::vector<Condition> take();

private:
    // Words of measured values and of what is needed.
    static std::string atLeast(int64_t least);                                  ///< "4 or more"
    static std::string yesNo(bool value);                                       ///< "yes"
    static std::string ofSide(Side side);                                       ///< " of the client"
    static std::string packetText(const std::optional<LocatedSegment>& packet); ///< "#7"; "none" without

    void need(std::string text, std::string measured, std::string needed, bool isMet);
    void sign(std::string text, std::string measured, std::string needed, bool isMet);
    void needCount(std::string text, int64_t measured, int64_t least);
    void signCount(std::string text, int64_t measured, int64_t least);
    /// Whether what the rule found beyond its conditions is known: of a silent one nothing, unless all else is met.
    bool knowsSigns() const;
    /// A sign that the rule has found, by the name of its kind.
    void signSub(std::string text, std::string needed, std::string_view sub);
    bool hasSub(std::string_view sub) const;
    const Fact* fact(std::string_view name) const; ///< null when the rule gave none
    std::string stepText(Role role) const;         ///< the packet of the first step with this role; "none" without
    void needStep(std::string text, Role role);

    // Parts that several rules share.
    void needEnd();
    void needAnswer();
    void needGenuine();
    void needNothingStuck();
    void needFin(Side side, bool isWanted);
    void needAcknowledged();
    void needStuck();
    void needResult();
    void signCohort(Duration wait);

    // One for each family of rules.
    void addAll();
    void addRefused();
    void addPortReuse();
    void addAbandoned();
    void addOverflow();
    void addDelivery();
    void addUnansweredOpening();
    void addErrors();
    void addBlackHole();
    void addAcknowledged();
    void addMtu();
    void addDiscards();
    void addMangled();
    void addOutage();
    void addSilentWindow();
    void addClosedWindow();
    void addKeepAlive();
    void addIdle();
    void addResponse();
    void addPending();
    void addHungUp();
    void addLateAnswer();
    void addUnread();
    void addLateData();
    void addTeardown();
    void addHalfOpen();
    void addInjected();
    void addIgnored();

    const Diagnosis& m_diagnosis;
    const ResetContext& m_reset;
    RuleVerdict m_verdict;
    std::optional<Trouble> m_trouble; ///< of a silent rule also such with few re-sends
    std::vector<Condition> m_needed;
    std::vector<Condition> m_signs;
};

} // namespace whyrst
