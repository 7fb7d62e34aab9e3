#include "model/document/go_to_target.h"

#include <QCoreApplication>

#include <cmath>

namespace whyrst {
namespace {

class GoToText
{
    Q_DECLARE_TR_FUNCTIONS(GoToText)
};

GoToTarget frameTarget(const Session& session, uint32_t frame)
{
    if (findConnection(*session.openTrace().trace, PacketNumber(frame)))
        return {PacketNumber(frame), {}};
    return {{}, GoToText::tr("Packet #%1 is no TCP segment of this capture.").arg(frame)};
}

GoToTarget timeTarget(const Connection& connection, double seconds)
{
    const Duration wanted(std::llround(seconds * 1e9));
    std::optional<PacketNumber> nearest;
    Duration smallest = Duration::max();
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        const Duration away = std::chrono::abs(located.segment.time - connection.firstTime - wanted);
        if (away >= smallest)
            continue;
        smallest = away;
        nearest = located.segment.frame;
    }
    return {nearest, {}};
}

/// Whether `segment` carries `number`, as an offset or as the raw 32 bits.
bool carries(const Connection& connection, const LocatedSegment& located, uint64_t number)
{
    const Segment& segment = located.segment;
    if (segment.segLen() == 0)
        return false;
    const auto offset = StreamOffset{static_cast<int64_t>(number)};
    if (segment.seq <= offset && offset < segment.end())
        return true;
    const SeqNum raw = connection.flow(located.side).rawSeq(segment.seq);
    const int32_t into = distance(raw, SeqNum{static_cast<uint32_t>(number)});
    return into >= 0 && into < segment.segLen();
}

template <typename Predicate> std::optional<PacketNumber> firstSegment(const Connection& connection, Predicate isWanted)
{
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        if (isWanted(located))
            return located.segment.frame;
    }
    return std::nullopt;
}

GoToTarget seqTarget(const Connection& connection, const QString& text)
{
    bool isNumber = false;
    const qulonglong number = text.toULongLong(&isNumber);
    if (!isNumber)
        return {{}, GoToText::tr("\"seq\" needs a number, such as \"seq 29201\".")};
    const auto frame
        = firstSegment(connection, [&](const LocatedSegment& located) { return carries(connection, located, number); });
    return {frame,
        frame ? QString() : GoToText::tr("No segment of this connection carries sequence number %1.").arg(number)};
}

GoToTarget resetTarget(const Connection& connection)
{
    const auto frame
        = firstSegment(connection, [](const LocatedSegment& located) { return located.segment.flags.rst(); });
    return {frame, frame ? QString() : GoToText::tr("This connection has no reset.")};
}

} // namespace

GoToTarget findTarget(const Session& session, const QString& text)
{
    const Connection* connection = session.connection();
    if (!connection)
        return {{}, GoToText::tr("No connection is open.")};
    const QString word = text.trimmed().toLower();
    if (word == QLatin1String("rst"))
        return resetTarget(*connection);
    if (word.startsWith(QLatin1String("seq")))
        return seqTarget(*connection, word.mid(3).trimmed());
    bool isNumber = false;
    const uint frame = (word.startsWith(QLatin1Char('#')) ? word.mid(1) : word).toUInt(&isNumber);
    if (isNumber)
        return frameTarget(session, frame);
    const double seconds = word.toDouble(&isNumber);
    if (isNumber && std::isfinite(seconds) && std::abs(seconds) < 1e9)
        return timeTarget(*connection, seconds);
    return {{}, GoToText::tr("Type a packet (#46), seconds (12.773), \"seq 29201\" or \"rst\".")};
}

} // namespace whyrst
