// The search for the trouble of one direction. Internal to model/diagnosis: call findTrouble.
#pragma once

#include "model/diagnosis/trouble.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

inline VantagePlace hostPlaceOf(Side side)
{
    return side == Side::Client ? VantagePlace::Client : VantagePlace::Server;
}

/// Looks at one direction.
class TroubleFinder
{
public:
    TroubleFinder(const Connection& connection, const Analysis& analysis, const TroubleView& view,
        const TroubleMoment& moment, Side sender)
        : m_connection(connection)
        , m_analysis(analysis)
        , m_settings(view.settings)
        , m_moment(moment)
        , m_s(sender)
        , m_r(otherSide(sender))
        , m_sent(moment.state.sender(sender))
        , m_atReceiver(view.vantage.place == hostPlaceOf(otherSide(sender)))
        , m_atSender(view.vantage.place == hostPlaceOf(sender))
        , m_isOnReceiver(m_atReceiver && view.vantage.confidence == Confidence::Certain)
        , m_inMiddle(view.vantage.place == VantagePlace::Middle)
    {
        m_trouble.sender = sender;
    }

    std::optional<Trouble> find();

private:
    bool isUntroubled() const;
    void restart();
    bool findClosedWindow();
    bool wentOnAfter(uint32_t row) const;
    bool findNeedless();
    bool findStuck();
    bool findUnaware();
    void collectCopies();
    void collectDelivery();
    void collectEnd();
    void collectTimestamps();
    void collectSackOutside();
    bool findMangled();
    bool findUnheeded();
    bool findUntaken();
    bool takeResends(CauseId leaf, const std::vector<uint32_t>& resends, Duration patience = Duration());
    template <typename Matches> std::vector<uint32_t> resendsThat(const Matches& matches) const;
    void collectIcmp(Side quoted);
    Timestamp firstSendBehindHole() const;
    bool isReportedUnreachable() const;
    bool isMtuLimit() const;
    CauseId leafOfStuck();

    /// The timer of S, from the acknowledgments of R.
    Duration timeout() const { return m_analysis.flow(m_r).roundTrip.retransmissionTimeout; }
    Duration roundTripToReceiver() const { return m_analysis.flow(m_r).roundTrip.minimum; }

    const Connection& m_connection;
    const Analysis& m_analysis;
    const DiagnosisSettings& m_settings;
    const TroubleMoment& m_moment;
    Side m_s;
    Side m_r;
    const SenderState& m_sent;
    bool m_atReceiver;
    bool m_atSender;
    bool m_isOnReceiver; ///< on its very host, which the capture itself shows to be alive
    bool m_inMiddle;
    Trouble m_trouble;
};

} // namespace whyrst
