// What is open and what is selected: the one place that all panes of the window agree on.
#pragma once

#include "model/analysis/analysis.h"
#include "model/document/open_trace.h"

#include <QObject>

#include <memory>
#include <optional>

namespace whyrst {

/// Everything about the selected connection, made when it is selected.
struct ConnectionDetails
{
    ConnectionId id;
    Analysis analysis;
    ConnectionDiagnosis diagnosis;
};

/// The open trace, the selected connection, the diagnosis that is shown for it, its direction and the selected packet.
class Session : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Shows `trace` and selects its worst headline, else its first connection.
    void open(const OpenTrace& trace);
    void close();
    bool isOpen() const { return static_cast<bool>(m_open); }
    const OpenTrace& openTrace() const { return m_open; }

    /// The selected connection, or null.
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
    /// Connection and details are new; `diagnosis` and `direction` are too.
    void connectionChanged();
    /// Another diagnosis of the same connection is shown.
    void diagnosisChanged();
    void directionChanged(whyrst::Side direction);
    void packetChanged(whyrst::PacketNumber frame);

private:
    void setPacket(PacketNumber frame);
    void clearSelection();

    OpenTrace m_open;
    std::shared_ptr<const ConnectionDetails> m_details;
    std::optional<PacketNumber> m_reset; ///< RST whose diagnosis is shown; nothing: the primary one
    Side m_direction = Side::Client;
    PacketNumber m_packet;
};

} // namespace whyrst
