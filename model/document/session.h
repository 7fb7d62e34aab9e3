// What is open and what is selected: the one place that all panes of the window agree on.
#pragma once

#include "model/analysis/analysis.h"
#include "model/document/open_trace.h"

#include <QElapsedTimer>
#include <QObject>

#include <cstdint>
#include <memory>
#include <optional>

namespace whyrst {

/// Everything about the selected connection, made when it is selected. It belongs to the trace as it was then.
struct ConnectionDetails
{
    ConnectionId id;
    OpenTrace open;
    Analysis analysis;
    ConnectionDiagnosis diagnosis;

    const Connection& connection() const { return open.trace->connection(id); }
};

/// Analyses and diagnoses connection `id` of `open`.
std::shared_ptr<const ConnectionDetails> makeConnectionDetails(const OpenTrace& open, ConnectionId id);

/// The open trace, the selected connection, the diagnosis that is shown for it, its direction and the selected packet.
class Session : public QObject
{
    Q_OBJECT

public:
    /// Whether more of the trace may come.
    enum class Growth : uint8_t
    {
        GoesOn,
        Complete
    };

    using QObject::QObject;

    /// Shows `trace` and selects its worst headline, else its first connection.
    void open(const OpenTrace& trace);
    /// Shows a later state of the open trace and keeps what is selected. While nobody has selected anything, a first
    /// headline is selected when it comes, and the worst one at the end. The selected connection is analysed again
    /// when it has grown, but not so often that the window is busy with it; at the end always.
    void grow(const OpenTrace& trace, Growth growth);
    void close();
    bool isOpen() const { return static_cast<bool>(m_open); }
    const OpenTrace& openTrace() const { return m_open; }

    /// The selected connection, as it was when its details were made, or null.
    const Connection* connection() const;
    /// Its analysis and diagnosis, or null. Hold on to the pointer for as long as the values are read.
    std::shared_ptr<const ConnectionDetails> details() const { return m_details; }
    /// The diagnosis that is shown, or null when nothing is wrong.
    const Diagnosis* diagnosis() const;
    /// The side whose data the charts show.
    Side direction() const { return m_direction; }
    /// The selected packet; 0: none.
    PacketNumber packet() const { return m_packet; }

    /// Selects a connection, its primary diagnosis, and the direction that tells the story.
    void selectConnection(ConnectionId id);
    /// Selects the connection of headline `index` of the trace's diagnosis.
    void selectHeadline(uint32_t index);
    /// Shows the diagnosis of another RST of the selected connection. Ignored when `frame` is none of them.
    void selectReset(PacketNumber frame);
    /// Selects a packet; one of another connection selects that connection too. False: not a segment of the trace.
    bool selectPacket(PacketNumber frame);
    void setDirection(Side direction);

signals:
    void traceChanged();
    /// There is more of the same trace.
    void traceGrown();
    /// There is more of the selected connection: details are new, the selection is not.
    void connectionGrown();
    /// Connection and details are new; `diagnosis` and `direction` are too.
    void connectionChanged();
    /// Another diagnosis of the same connection is shown.
    void diagnosisChanged();
    void directionChanged(whyrst::Side direction);
    void packetChanged(whyrst::PacketNumber frame);

private:
    bool isWorseKnown(Growth growth) const;
    bool mayAnalyseAgain() const;
    void selectAtFirst();
    void showConnection(ConnectionId id);
    void showHeadline(uint32_t index);
    void showReset(PacketNumber frame);
    void refreshDetails();
    void setPacket(PacketNumber frame);
    void clearSelection();

    OpenTrace m_open;
    std::shared_ptr<const ConnectionDetails> m_details;
    std::optional<PacketNumber> m_reset; ///< RST whose diagnosis is shown; nothing: the primary one
    Side m_direction = Side::Client;
    PacketNumber m_packet;
    bool m_isOwnChoice = false; ///< a person selected something
    QElapsedTimer m_refreshed;  ///< since the details were made or made again
    qint64 m_refreshCost = 0;   ///< milliseconds that took, with showing them
};

} // namespace whyrst
