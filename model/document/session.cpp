#include "model/document/session.h"

#include "model/charts/chart_table.h"

#include <algorithm>

namespace whyrst {

void Session::open(const OpenTrace& trace)
{
    clearSelection();
    m_open = trace;
    emit traceChanged();
    if (!m_open.diagnosis->headlines.empty())
        selectHeadline(0);
    else if (!m_open.trace->connections.empty())
        selectConnection(ConnectionId(0));
    else
        emit connectionChanged();
}

void Session::close()
{
    clearSelection();
    m_open = {};
    emit traceChanged();
    emit connectionChanged();
}

const Connection* Session::connection() const
{
    return m_details ? &m_open.trace->connection(m_details->id) : nullptr;
}

const Diagnosis* Session::diagnosis() const
{
    if (!m_details)
        return nullptr;
    const auto& resets = m_details->diagnosis.resets;
    const auto shown = std::ranges::find_if(resets, [this](const Diagnosis& d) { return m_reset == d.frame; });
    return shown != resets.end() ? &*shown : m_details->diagnosis.primary();
}

void Session::selectConnection(ConnectionId id)
{
    if (!m_open || id.value >= m_open.trace->connections.size() || (m_details && m_details->id == id))
        return;
    const Connection& connection = m_open.trace->connection(id);
    auto details = std::make_shared<ConnectionDetails>();
    details->id = id;
    details->analysis = analyzeConnection(connection);
    details->diagnosis = diagnoseConnection(*m_open.diagnosis->context, connection, details->analysis);
    m_details = std::move(details);
    m_reset.reset();
    m_packet = {};
    m_direction = storyDirection(connection, diagnosis());
    emit connectionChanged();
    if (const Diagnosis* shown = diagnosis(); shown && !shown->isDeath())
        setPacket(shown->frame);
}

void Session::selectHeadline(uint32_t index)
{
    if (!m_open || index >= m_open.diagnosis->headlines.size())
        return;
    const Headline headline = m_open.diagnosis->headlines[index];
    selectConnection(headline.connection);
    if (headline.frame.value == 0)
        return;
    selectReset(headline.frame);
    setPacket(headline.frame);
}

void Session::selectReset(PacketNumber frame)
{
    const Diagnosis* before = diagnosis();
    if (!before || before->frame == frame)
        return;
    const auto& resets = m_details->diagnosis.resets;
    if (std::ranges::none_of(resets, [frame](const Diagnosis& d) { return d.frame == frame; }))
        return;
    m_reset = frame;
    m_direction = storyDirection(*connection(), diagnosis());
    emit diagnosisChanged();
    setPacket(frame);
}

bool Session::selectPacket(PacketNumber frame)
{
    LocatedSegment located;
    const Connection* selected = connection();
    if (!selected || !findSegment(*selected, frame, located)) {
        const Connection* other = m_open ? findConnection(*m_open.trace, frame) : nullptr;
        if (!other)
            return false;
        selectConnection(other->id);
    }
    setPacket(frame);
    return true;
}

void Session::setDirection(Side direction)
{
    if (direction == m_direction)
        return;
    m_direction = direction;
    emit directionChanged(direction);
}

void Session::setPacket(PacketNumber frame)
{
    if (frame == m_packet)
        return;
    m_packet = frame;
    emit packetChanged(frame);
}

void Session::clearSelection()
{
    m_details.reset();
    m_reset.reset();
    m_packet = {};
}

} // namespace whyrst
