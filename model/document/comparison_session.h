// Loads and compares two captures, and what is selected in the comparison: what all its panes agree on.
#pragma once

#include "model/document/load_request.h"
#include "model/document/open_comparison.h"
#include "model/document/trace_loader.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>

namespace whyrst {

/// The comparison that is open, the options a person chose for it, the selected pair, the direction that its charts
/// show, and the selected packet with its twin.
///
/// Comparing runs on a thread of its own that touches no QObject; a timer looks how far it is.
class ComparisonSession : public QObject
{
    Q_OBJECT

public:
    explicit ComparisonSession(QObject* parent = nullptr);
    ~ComparisonSession() override;

    /// Reads both files, then compares them. Ends with exactly one of `compared`, `cancelled` and `failed`; what was
    /// open stays open until `compared`.
    void start(const QString& first, const QString& second);
    /// The same with a capture that is open already.
    void start(const OpenTrace& first, const QString& second);
    /// What the causes are judged by; what is open is compared once more.
    void setThresholds(const DiagnosisSettings& thresholds);
    /// Compares what is open once more.
    void setOptions(const CompareOptions& options);
    const CompareOptions& options() const { return m_options; }
    /// Whether the comparison began with what a person had set for these two files before. Files that were changed
    /// since are others; until the session ends.
    bool isRecalled() const { return m_isRecalled; }
    /// Whether a person has set anything for the open comparison.
    bool isAnythingSet() const;
    /// Compares once more with these connections of the client's and the server's capture as a pair. Either leaves the
    /// pair that a person made with it before.
    void pairByHand(ConnectionId client, ConnectionId server);
    /// Compares once more without the pair `pair`, an index in the comparison: takes a pair made by hand back, and
    /// tells the program that one of its own is none.
    void part(size_t pair);
    /// Ends what runs; `cancelled` follows.
    void cancel();
    bool isBusy() const;
    void close();

    bool isOpen() const { return static_cast<bool>(m_open); }
    const OpenComparison& open() const { return m_open; }

    /// The selected pair, or null. Hold on to the pointer for as long as the values are read.
    std::shared_ptr<const PairDetails> details() const { return m_details; }
    /// The side whose data the charts show, as the client's capture has it.
    Side direction() const { return m_direction; }
    /// The selected row of `PairDetails::relations`; nothing: none.
    std::optional<uint32_t> relation() const { return m_relation; }

    /// Selects a pair by its index in the comparison.
    void selectPair(size_t pair);
    void setDirection(Side direction);
    void selectRelation(std::optional<uint32_t> row);
    /// Selects the packet `frame` of the capture near `near` with its twin.
    void selectPacket(Side near, PacketNumber frame);
    /// The row that is `step` differences after the selected one; nothing at the ends. A difference is whatever is not
    /// in both captures unaltered; `isShown`, when there is one, is asked whether it counts.
    std::optional<uint32_t> neighbourDifference(int step, const std::function<bool(uint32_t)>& isShown = {}) const;

signals:
    /// What is being done, as a sentence part, and the fraction done, negative when it cannot be known.
    void progressed(const QString& what, double fraction);
    void compared();
    void cancelled();
    /// One sentence for the user.
    void failed(const QString& sentence);
    /// Another pair is shown, or none any more; direction and selection are new too.
    void pairChanged();
    void directionChanged();
    void selectionChanged();

private:
    struct Job;

    std::pair<ConnectionId, ConnectionId> asGiven(ConnectionId client, ConnectionId server) const;
    void load(const QString& file);
    void takeTrace(const OpenTrace& trace);
    void fail(const QString& sentence);
    void compare();
    void poll();
    void finish(const Job& job);
    void reportLoad(const LoadState& state);
    void stopComparing();
    void selectFirstPair();
    void remember();
    CompareOptions recall() const;

    TraceLoader m_loader;
    QString m_secondFile;
    std::array<std::shared_ptr<const Trace>, 2> m_given; ///< of what runs
    CompareOptions m_options;
    CompareOptions m_wanted;                                            ///< of what runs
    std::map<std::pair<QString, QString>, CompareOptions> m_remembered; ///< by both files as they were
    bool m_isRecalled = false;
    DiagnosisSettings m_thresholds;
    std::shared_ptr<Job> m_job;
    std::jthread m_worker;
    QTimer m_timer;
    OpenComparison m_open;
    std::shared_ptr<const PairDetails> m_details;
    Side m_direction = Side::Client;
    std::optional<uint32_t> m_relation;
};

} // namespace whyrst
