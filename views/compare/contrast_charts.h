// The sequence charts of a good and a bad connection since their SYN: under each other, or one behind the other.
#pragma once

#include "model/document/connection_contrast.h"
#include "views/charts/theme.h"

#include <QSplitter>

#include <array>
#include <memory>

namespace whyrst {

class ChartStack;
class TimeWindow;

/// Both charts show the same range of time and the same cursor.
class ContrastCharts : public QSplitter
{
    Q_OBJECT

public:
    /// How the two are seen.
    enum class Layout : uint8_t
    {
        Stacked,
        Overlay ///< the good one in grey behind the bad one
    };

    explicit ContrastCharts(QWidget* parent = nullptr);

    void setContrast(const std::shared_ptr<const ConnectionContrast>& contrast, Side direction);
    void setDirection(Side direction);
    Side direction() const { return m_direction; }
    void setLayoutKind(Layout layout);
    Layout layoutKind() const { return m_layout; }
    void setTheme(ChartTheme theme);
    /// Shows the time of difference `number` (from 1), which must exist.
    void showDifference(int number);
    /// Highlights its packets.
    void selectDifference(int number);
    void selectPacket(Outcome outcome, PacketNumber frame);
    void fit();

    ChartStack* chart(Outcome outcome) const { return m_charts[outcomeIndex(outcome)]; }
    TimeWindow* timeWindow() const;

signals:
    void packetSelected(whyrst::Outcome outcome, whyrst::PacketNumber frame);
    void differenceSelected(int number);
    /// The moment at the pointer since both SYNs; empty without pointer.
    void readoutChanged(const QString& text);

private:
    const Difference& difference(int number) const;
    void buildCharts();
    void showCursor(std::optional<Duration> time);

    std::shared_ptr<const ConnectionContrast> m_contrast; ///< behind the charts
    Side m_direction = Side::Client;
    Layout m_layout = Layout::Stacked;
    std::array<ChartStack*, outcomeCount> m_charts{}; ///< by Outcome
};

} // namespace whyrst
