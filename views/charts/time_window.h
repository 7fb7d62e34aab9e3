// The part of a connection's time that charts and the connection timeline show; shared by all of them.
#pragma once

#include "model/time.h"

#include <QObject>

#include <vector>

namespace whyrst {

/// Visible range of time, with its history. Times count from the connection's first packet.
///
/// The range may reach `overhang` of the length over both ends, so that the first and the last packet do not sit on the
/// border; it is never narrower than `minimumWidth`.
class TimeWindow : public QObject
{
    Q_OBJECT

public:
    static constexpr Duration minimumWidth{200}; ///< time stamps are nanoseconds; below, axes have no digits left
    static constexpr double overhang = 0.06;
    static constexpr size_t historyLimit = 200;

    explicit TimeWindow(QObject* parent = nullptr);

    Duration begin() const { return m_range.begin; }
    Duration end() const { return m_range.end; }
    Duration width() const { return m_range.end - m_range.begin; }
    Duration length() const { return m_length; } ///< of the connection
    Duration lowest() const;                     ///< what `begin` can be at least
    Duration highest() const;                    ///< what `end` can be at most
    /// Steps that `back` can take.
    size_t historyDepth() const { return m_back.size(); }
    bool canGoBack() const { return !m_back.empty(); }
    bool canGoForward() const { return !m_forward.empty(); }

    /// Begins anew for a connection of this length: shows all, forgets the history.
    void reset(Duration length);
    /// The connection has become longer: what showed all of it goes on to, other ranges stay.
    void grow(Duration length);

    /// Shows begin to end and remembers the range before. All calls between `beginGesture` and `endGesture` are one
    /// step of the history: a drag, or turns of the wheel that follow each other closely.
    void show(Duration begin, Duration end);
    void showAll();
    void beginGesture();
    void endGesture();

    /// Narrows (factor below 1) or widens the range; the time `anchor` stays where it is.
    void zoom(double factor, Duration anchor);
    void pan(Duration by);

public slots:
    void back();
    void forward();

signals:
    void rangeChanged();
    void historyChanged();

private:
    struct Range
    {
        Duration begin{};
        Duration end{};
        friend bool operator==(const Range&, const Range&) = default;
    };

    Range clamped(Range range) const;
    void remember();
    void apply(Range range);

    Duration m_length{};
    Range m_range;
    std::vector<Range> m_back;
    std::vector<Range> m_forward;
    bool m_inGesture = false;
    bool m_gestureRemembered = false;
};

} // namespace whyrst
