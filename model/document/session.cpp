#include "model/document/session.h"

#include "model/charts/chart_table.h"

#include <algorithm>

namespace whyrst {

std::shared_ptr<const ConnectionDetails> makeConnectionDetails(const OpenTrace& open, ConnectionId id)
{
    const Connection& connection = open.trace->connection(id);
    auto details = std::make_shared<ConnectionDetails>();
    details->id = id;
    details->open = open;
    details->analysis = analyzeConnection(connection);
    details->diagnosis = diagnoseConnection(*open.diagnosis->context, connection, details->analysis);
    return details;
}

void Session::open(const OpenTrace& trace)
{
    clearSelection();
    m_open = trace;
    emit traceChanged();
    selectAtFirst();
}

void Session::selectAtFirst()
{
    if (!m_open.diagnosis->headlines.empty())
        showHeadline(0);
    else if (!m_open.trace->connections.empty())
        showConnection(ConnectionId(0));
    else
        emit connectionChanged();
}

void Session::grow(const OpenTrace& trace, Growth growth)
{
    m_open = trace;
    emit traceGrown();
    if (!m_details || (!m_isOwnChoice && isWorseKnown(growth))) {
        m_details.reset();
        selectAtFirst();
    } else if (growth == Growth::Complete || mayAnalyseAgain()) {
        refreshDetails();
    }
}

/// Whether there is a headline to show in place of what is shown: the first one at once, the worst one at the end.
bool Session::isWorseKnown(Growth growth) const
{
    const auto& headlines = m_open.diagnosis->headlines;
    const Diagnosis* shown = diagnosis();
    if (headlines.empty() || (shown && growth == Growth::GoesOn))
        return false;
    const Headline& worst = headlines.front();
    return !shown || m_details->id != worst.connection || shown->frame != worst.frame;
}

/// The window spends at most a twentieth of its time on a connection that grows.
bool Session::mayAnalyseAgain() const
{
    constexpr qint64 restShare = 20;
    const Connection& now = m_open.trace->connection(m_details->id);
    const bool hasGrown = now.packetCount() != m_details->connection().packetCount();
    return hasGrown && m_refreshed.elapsed() >= restShare * m_refreshCost;
}

void Session::refreshDetails()
{
    QElapsedTimer timer;
    timer.start();
    m_details = makeConnectionDetails(m_open, m_details->id);
    emit connectionGrown();
    m_refreshCost = timer.elapsed();
    m_refreshed.start();
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
    return m_details ? &m_details->connection() : nullptr;
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
    m_isOwnChoice = true;
    showConnection(id);
}

void Session::showConnection(ConnectionId id)
{
    if (!m_open || id.value >= m_open.trace->connections.size() || (m_details && m_details->id == id))
        return;
    QElapsedTimer timer;
    timer.start();
    m_details = makeConnectionDetails(m_open, id);
    m_reset.reset();
    m_packet = {};
    m_direction = storyDirection(*connection(), diagnosis());
    emit connectionChanged();
    if (const Diagnosis* shown = diagnosis(); shown && !shown->isDeath())
        setPacket(shown->frame);
    m_refreshCost = timer.elapsed();
    m_refreshed.start();
}

void Session::selectHeadline(uint32_t index)
{
    m_isOwnChoice = true;
    showHeadline(index);
}

void Session::showHeadline(uint32_t index)
{
    if (!m_open || index >= m_open.diagnosis->headlines.size())
        return;
    const Headline headline = m_open.diagnosis->headlines[index];
    showConnection(headline.connection);
    if (headline.frame.value == 0)
        return;
    if (m_details->connection().lastFrame < headline.frame)
        refreshDetails(); // it has grown since its details were made
    showReset(headline.frame);
    setPacket(headline.frame);
}

void Session::selectReset(PacketNumber frame)
{
    m_isOwnChoice = true;
    showReset(frame);
}

void Session::showReset(PacketNumber frame)
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
        showConnection(other->id);
        if (!findSegment(m_details->connection(), frame, located))
            refreshDetails(); // it has grown since its details were made
    }
    m_isOwnChoice = true;
    setPacket(frame);
    return true;
}

void Session::setDirection(Side direction)
{
    if (direction == m_direction)
        return;
    m_isOwnChoice = true;
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
    m_isOwnChoice = false;
}

} // namespace whyrst
