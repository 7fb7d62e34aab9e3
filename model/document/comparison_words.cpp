#include "model/document/comparison_words.h"

#include "model/document/document_text.h"
#include "model/export/divergence_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

#include <algorithm>

namespace whyrst {
namespace {

class ComparisonWords
{
    Q_DECLARE_TR_FUNCTIONS(ComparisonWords)
};

QString sideWord(Side side)
{
    return side == Side::Client ? ComparisonWords::tr("client") : ComparisonWords::tr("server");
}

QString sentWords(SentVerdict verdict, Side from)
{
    const QString other = sideWord(otherSide(from));
    switch (verdict) {
    case SentVerdict::NotCompared:
        return ComparisonWords::tr("recorded twice");
    case SentVerdict::Delivered:
        return ComparisonWords::tr("delivered");
    case SentVerdict::PartLost:
        return ComparisonWords::tr("partly lost");
    case SentVerdict::Lost:
        return ComparisonWords::tr("lost");
    case SentVerdict::MissedByCapture:
        return ComparisonWords::tr("missed by the %1's capture").arg(other);
    case SentVerdict::PartMissed:
        return ComparisonWords::tr("partly missed by the %1's capture").arg(other);
    case SentVerdict::LostOrMissed:
        return ComparisonWords::tr("lost, or missed by the %1's capture").arg(other);
    case SentVerdict::BeforeStart:
        return ComparisonWords::tr("before the %1's capture began").arg(other);
    case SentVerdict::AfterEnd:
        return ComparisonWords::tr("after the %1's capture ended").arg(other);
    case SentVerdict::SideNotCaptured:
        return ComparisonWords::tr("direction not captured at the %1").arg(other);
    case SentVerdict::Elsewhere:
        return ComparisonWords::tr("in another connection of the other capture");
    }
    return {};
}

QString arrivedWords(ArrivedVerdict verdict, Side from)
{
    const QString sender = sideWord(from);
    switch (verdict) {
    case ArrivedVerdict::NotCompared:
        return ComparisonWords::tr("recorded twice");
    case ArrivedVerdict::Arrived:
        return ComparisonWords::tr("arrived");
    case ArrivedVerdict::Duplicate:
        return ComparisonWords::tr("duplicated on the way");
    case ArrivedVerdict::MissedBySenderCapture:
        return ComparisonWords::tr("missed by the %1's capture").arg(sender);
    case ArrivedVerdict::Injected:
        return ComparisonWords::tr("injected: the %1 never sent it").arg(sender);
    case ArrivedVerdict::InjectedLikely:
        return ComparisonWords::tr("probably injected");
    case ArrivedVerdict::UnknownOrigin:
        return ComparisonWords::tr("sender not known");
    case ArrivedVerdict::Outside:
        return ComparisonWords::tr("outside the time of the %1's capture").arg(sender);
    case ArrivedVerdict::SideNotCaptured:
        return ComparisonWords::tr("direction not captured at the %1").arg(sender);
    case ArrivedVerdict::Elsewhere:
        return ComparisonWords::tr("in another connection of the other capture");
    }
    return {};
}

QString sentEvidence(SentVerdict verdict, Side from)
{
    const QString other = sideWord(otherSide(from));
    switch (verdict) {
    case SentVerdict::Lost:
        return ComparisonWords::tr("the %1's capture went on and has no copy").arg(other);
    case SentVerdict::PartLost:
        return ComparisonWords::tr("only some of its pieces arrived at the %1").arg(other);
    case SentVerdict::MissedByCapture:
    case SentVerdict::PartMissed:
        return ComparisonWords::tr("an answer of the %1 shows that it had arrived").arg(other);
    case SentVerdict::LostOrMissed:
        return ComparisonWords::tr("the %1's capture is known to miss packets").arg(other);
    case SentVerdict::AfterEnd:
        return ComparisonWords::tr("lost, if that capture was still running");
    default:
        return {};
    }
}

QString arrivedEvidence(ArrivedVerdict verdict, Side from)
{
    const QString sender = sideWord(from);
    switch (verdict) {
    case ArrivedVerdict::Duplicate:
        return ComparisonWords::tr("the %1 sent it once").arg(sender);
    case ArrivedVerdict::MissedBySenderCapture:
        return ComparisonWords::tr("it fits into what the %1 sent").arg(sender);
    case ArrivedVerdict::Injected:
        return ComparisonWords::tr("it contradicts the %1's own packets").arg(sender);
    case ArrivedVerdict::InjectedLikely:
        return ComparisonWords::tr("the %1's capture, which misses nothing else, lacks it").arg(sender);
    case ArrivedVerdict::UnknownOrigin:
        return ComparisonWords::tr("the %1 may have sent it: nothing of it follows").arg(sender);
    default:
        return {};
    }
}

/// The folders of its file, the outermost first.
QStringList pathOf(const Trace& trace)
{
    return QFileInfo(toQString(trace.capture.file)).absolutePath().split(QLatin1Char('/'), Qt::SkipEmptyParts);
}

bool isLinkOf(const PacketRelation& relation)
{
    return relation.isIcmp
        || (relation.sentRow != PacketRelation::noRow && relation.arrivedRow != PacketRelation::noRow);
}

} // namespace

QString relationWords(Relation relation)
{
    switch (relation) {
    case Relation::Same:
        return ComparisonWords::tr("in both");
    case Relation::Altered:
        return ComparisonWords::tr("changed");
    case Relation::Lost:
        return ComparisonWords::tr("lost");
    case Relation::Unseen:
        return ComparisonWords::tr("not seen");
    case Relation::Outside:
        return ComparisonWords::tr("outside");
    case Relation::Duplicate:
        return ComparisonWords::tr("duplicated");
    case Relation::Injected:
        return ComparisonWords::tr("injected");
    case Relation::Broken:
        return ComparisonWords::tr("arrived broken");
    }
    return {};
}

QString placeWords(ComparePlace place)
{
    switch (place) {
    case ComparePlace::ClientHost:
        return ComparisonWords::tr("client host");
    case ComparePlace::PathToServer:
        return ComparisonWords::tr("path to the server");
    case ComparePlace::PathToClient:
        return ComparisonWords::tr("path to the client");
    case ComparePlace::ServerHost:
        return ComparisonWords::tr("server host");
    case ComparePlace::Box:
        return ComparisonWords::tr("box on the path");
    case ComparePlace::Unknown:
        return ComparisonWords::tr("not known");
    }
    return {};
}

QString flowWords(Side flow)
{
    return flow == Side::Client ? ComparisonWords::tr("client \u2192 server")
                                : ComparisonWords::tr("server \u2192 client");
}

QString verdictWords(const ConnectionPair& pair, const PacketRelation& relation)
{
    const Way& way = pair.way(relation.flow);
    if (isLinkOf(relation))
        return relation.relation == Relation::Altered ? ComparisonWords::tr("changed on the way")
            : relation.relation == Relation::Broken   ? ComparisonWords::tr("arrived broken")
                                                      : ComparisonWords::tr("delivered");
    return relation.sentRow != PacketRelation::noRow ? sentWords(way.sent[relation.sentRow], relation.flow)
                                                     : arrivedWords(way.arrived[relation.arrivedRow], relation.flow);
}

QString evidenceWords(const ConnectionPair& pair, const PacketRelation& relation)
{
    const Way& way = pair.way(relation.flow);
    if (relation.equalSent > 0)
        return ComparisonWords::tr("%1 of these %2 equal packets arrived; which is not known")
            .arg(countText(relation.equalArrived), countText(relation.equalSent));
    if (relation.relation == Relation::Broken)
        return ComparisonWords::tr("its checksum is wrong: the %1 drops it").arg(sideWord(otherSide(relation.flow)));
    if (isLinkOf(relation))
        return {};
    if (relation.relation == Relation::Lost && !relation.isCertain)
        return ComparisonWords::tr("or missed by the %1's capture: it leaves no trace there")
            .arg(sideWord(otherSide(relation.flow)));
    return relation.sentRow != PacketRelation::noRow ? sentEvidence(way.sent[relation.sentRow], relation.flow)
                                                     : arrivedEvidence(way.arrived[relation.arrivedRow], relation.flow);
}

QString otherAddresses(const OpenComparison& open, const ConnectionPair& pair)
{
    const Connection& client = open.trace(Side::Client).connection(pair.client);
    const Connection& server = open.trace(Side::Server).connection(pair.server);
    const Endpoint& seenClient = server.endpoint(pair.serverSide(Side::Client));
    const Endpoint& seenServer = server.endpoint(pair.serverSide(Side::Server));
    QStringList ends;
    if (seenClient != client.client)
        ends << ComparisonWords::tr("client %1").arg(toQString(toString(seenClient)));
    if (seenServer != client.server)
        ends << ComparisonWords::tr("server %1").arg(toQString(toString(seenServer)));
    return ends.isEmpty() ? QString() : ComparisonWords::tr("at the server: %1").arg(ends.join(QStringLiteral(", ")));
}

QString pairEndpoints(const OpenComparison& open, const ConnectionPair& pair)
{
    const Connection& server = open.trace(Side::Server).connection(pair.server);
    QString atClient = endpointsText(open.trace(Side::Client).connection(pair.client));
    if (otherAddresses(open, pair).isEmpty())
        return atClient;
    return ComparisonWords::tr("%1, at the server %2 \u2192 %3")
        .arg(atClient, toQString(toString(server.endpoint(pair.serverSide(Side::Client)))),
            toQString(toString(server.endpoint(pair.serverSide(Side::Server)))));
}

uint64_t changedPackets(const ConnectionPair& pair, std::optional<Side> flow)
{
    return static_cast<uint64_t>(std::ranges::count_if(pair.alterations,
        [&](const Alteration& alteration) { return !alteration.isBroken && (!flow || alteration.flow == *flow); }));
}

QString countWords(const ConnectionPair& pair)
{
    const PairCounts counts = countPair(pair);
    QStringList parts;
    for (const Side from : {Side::Client, Side::Server}) {
        if (const uint64_t lost = counts.lost[sideIndex(from)])
            parts << ComparisonWords::tr("%1 lost %2").arg(countText(lost), flowWords(from));
        if (const uint64_t broken = counts.broken[sideIndex(from)])
            parts << ComparisonWords::tr("%1 arrived broken %2").arg(countText(broken), flowWords(from));
        if (const uint64_t injected = counts.injected[sideIndex(from)])
            parts << ComparisonWords::tr("%1 injected %2").arg(countText(injected), flowWords(from));
    }
    if (const auto changed = changedPackets(pair); changed > 0)
        parts << ComparisonWords::tr("%1 changed").arg(countText(changed));
    return parts.isEmpty() ? ComparisonWords::tr("nothing lost, injected or changed")
                           : parts.join(QStringLiteral(", "));
}

QString boxWords(const ConnectionPair& pair)
{
    const PairCounts counts = countPair(pair);
    QStringList parts;
    for (const Side from : {Side::Client, Side::Server}) {
        if (const uint64_t injected = counts.injected[sideIndex(from)])
            parts << ComparisonWords::tr("%1 injected %2").arg(countText(injected), flowWords(from));
        if (pair.way(from).keepsSackBlocks)
            parts << ComparisonWords::tr("SACK blocks not shifted %1").arg(flowWords(from));
    }
    if (const auto changed = changedPackets(pair); changed > 0)
        parts << ComparisonWords::tr("%1 changed").arg(countText(changed));
    return parts.join(QStringLiteral(", "));
}

QString scoreWords(const ConnectionPair& pair)
{
    const QString sure = pair.isByHand ? ComparisonWords::tr("by hand") : confidenceWords(pair.confidence);
    return QStringLiteral("%1 (%2)").arg(sure).arg(pair.score);
}

const CompareFinding* headlineFinding(const ConnectionPair& pair)
{
    const auto headline = std::ranges::find_if(pair.findings, &CompareFinding::isHeadline);
    if (headline != pair.findings.end())
        return &*headline;
    if (pair.verdict) // which no finding of the way made
        return nullptr;
    const auto cause
        = std::ranges::find_if(pair.findings, [](const CompareFinding& finding) { return finding.cause.has_value(); });
    return cause == pair.findings.end() ? nullptr : &*cause;
}

QString headlineWords(const ConnectionPair& pair)
{
    return toQString(verdictText(pair));
}

std::array<QString, 2> captureNames(const OpenComparison& open)
{
    return captureNames(open.trace(Side::Client), open.trace(Side::Server));
}

std::array<QString, 2> captureNames(const Trace& one, const Trace& other)
{
    std::array<QString, 2> names{captureName(one), captureName(other)};
    QStringList first = pathOf(one);
    QStringList second = pathOf(other);
    if (names[0] != names[1] || first == second)
        return names;
    while (names[0] == names[1] && !first.isEmpty() && !second.isEmpty())
        names = {first.takeLast() + QLatin1Char('/') + names[0], second.takeLast() + QLatin1Char('/') + names[1]};
    return names;
}

QString knownConnectionWords(Outcome outcome, const ConnectionContrast& contrast)
{
    const GoodAndBad& both = contrast.both();
    const std::array<QString, 2> names = captureNames(both.good.trace, both.bad.trace);
    return toQString(knownConnectionText(outcome, both.of(outcome), contrast.divergence().dialogue(outcome),
        names[outcomeIndex(outcome)].toStdString()));
}

QString captureName(const Trace& trace)
{
    const QString file = toQString(trace.capture.file);
    return file == QStringLiteral("-") ? ComparisonWords::tr("standard input") : QFileInfo(file).fileName();
}

} // namespace whyrst
