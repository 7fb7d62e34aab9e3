#include "views/compare/where_bar.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/palette.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int padding = 8;
constexpr double arrowHead = 14;
constexpr int pathStretch = 5;
constexpr int hostStretch = 3;

/// The answer sits where its cause does: at a host as well as on the way.
PlaceLevel levelOf(const ConnectionPair& pair, ComparePlace place)
{
    if (headlinePlace(pair) == place)
        return weightOf(pair) == PairWeight::Trouble ? PlaceLevel::Headline : PlaceLevel::Context;
    const bool isNamed = std::ranges::find(pair.findings, place, &CompareFinding::place) != pair.findings.end();
    return isNamed ? PlaceLevel::Context : PlaceLevel::Quiet;
}

/// "7 of 118 packets lost, 2 changed" of one way.
QString pathCounts(const PairDetails& details, Side from)
{
    const PairCounts counts = countPair(details.pair());
    const size_t way = sideIndex(from);
    const auto sent = std::ranges::count_if(
        details.pair().way(from).sent, [](SentVerdict verdict) { return verdict != SentVerdict::NotCompared; });
    const uint64_t changed = changedPackets(details.pair(), from);
    QStringList parts{
        WhereBar::tr("%1 of %2 packets lost").arg(countText(counts.lost[way]), countText(static_cast<uint64_t>(sent)))};
    if (counts.broken[way] > 0)
        parts << WhereBar::tr("%1 arrived broken").arg(countText(counts.broken[way]));
    if (changed > 0)
        parts << WhereBar::tr("%1 changed").arg(countText(changed));
    if (counts.injected[way] > 0)
        parts << WhereBar::tr("%1 injected").arg(countText(counts.injected[way]));
    return parts.join(QStringLiteral(", "));
}

QString hostCounts(const PairDetails& details, Side side)
{
    uint64_t resets = 0;
    for (const ResetOrigin& reset : details.pair().resets)
        resets += reset.flow == side && reset.sentBy == ResetSender::Endpoint ? 1 : 0;
    const QString file = captureNames(details.open())[sideIndex(side)];
    const QString text = WhereBar::tr("%1, %2 packets").arg(file, countText(details.connection(side).packetCount()));
    if (resets == 0)
        return text;
    return resets == 1 ? WhereBar::tr("%1, sent 1 RST").arg(text)
                       : WhereBar::tr("%1, sent %2 RSTs").arg(text, countText(resets));
}

/// What a box did, with the ICMP errors that came from the way.
QString boxCounts(const PairDetails& details)
{
    QStringList parts;
    const size_t errors = std::max(
        details.connection(Side::Client).icmpErrors().size(), details.connection(Side::Server).icmpErrors().size());
    if (errors > 0)
        parts << (errors == 1 ? WhereBar::tr("1 ICMP error") : WhereBar::tr("%1 ICMP errors").arg(countText(errors)));
    parts << boxWords(details.pair());
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

QColor levelColor(PlaceLevel level, ChartTheme theme)
{
    switch (level) {
    case PlaceLevel::Headline:
        return chartColors(theme).reset;
    case PlaceLevel::Context:
        return seriesLook(SeriesStyle::WindowEdge, theme).color;
    case PlaceLevel::Quiet:
        break;
    }
    return chartColors(theme).frame;
}

} // namespace

PlaceButton::PlaceButton(ComparePlace place, QWidget* parent)
    : QAbstractButton(parent)
    , m_place(place)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
}

void PlaceButton::setContent(PlaceLevel level, const QString& title, const QString& counts)
{
    m_level = level;
    m_title = title;
    m_counts = counts;
    const QString weight = level == PlaceLevel::Headline ? tr("the trouble sits here")
        : level == PlaceLevel::Context                   ? tr("something happened here")
                                                         : tr("nothing of note");
    setAccessibleName(tr("%1: %2, %3").arg(title, counts, weight));
    setToolTip(toolTipText(tr("%1\n%2\nA click shows only the packets of this place.").arg(title, counts)));
    update();
}

QSize PlaceButton::sizeHint() const
{
    return {160, fontMetrics().height() + 8};
}

QPolygonF PlaceButton::outline() const
{
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    const double middle = box.center().y();
    if (m_place == ComparePlace::PathToServer)
        return {box.topLeft(), QPointF(box.right() - arrowHead, box.top()), QPointF(box.right(), middle),
            QPointF(box.right() - arrowHead, box.bottom()), box.bottomLeft()};
    if (m_place == ComparePlace::PathToClient)
        return {QPointF(box.left() + arrowHead, box.top()), box.topRight(), box.bottomRight(),
            QPointF(box.left() + arrowHead, box.bottom()), QPointF(box.left(), middle)};
    return {box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()};
}

void PlaceButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = levelColor(m_level, themeOf(palette()));
    QColor ground = color;
    ground.setAlphaF((m_level == PlaceLevel::Quiet ? 0.06F : 0.16F) + (isChecked() ? 0.16F : underMouse() ? 0.06F : 0));
    painter.setPen(QPen(color, isChecked() || hasFocus() ? 2.4 : m_level == PlaceLevel::Headline ? 2 : 1));
    painter.setBrush(ground);
    painter.drawPolygon(outline());
    const bool isTall = height() >= 2 * fontMetrics().height() + 6;
    QRect text = rect().adjusted(padding, 2, -padding, -2);
    if (m_place == ComparePlace::PathToServer)
        text.setRight(text.right() - static_cast<int>(arrowHead));
    if (m_place == ComparePlace::PathToClient)
        text.setLeft(text.left() + static_cast<int>(arrowHead));
    QFont bold(font());
    bold.setBold(true);
    const QFontMetrics boldMetrics(bold);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(bold);
    const QString sign = m_level == PlaceLevel::Headline ? QStringLiteral("\u2716 ") : QString();
    const QString title = boldMetrics.elidedText(sign + m_title, Qt::ElideMiddle, text.width());
    if (isTall) {
        painter.drawText(text.adjusted(0, 0, 0, -text.height() / 2), Qt::AlignLeft | Qt::AlignVCenter, title);
        text.setTop(text.center().y());
    } else {
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, title);
        text.setLeft(text.left() + boldMetrics.horizontalAdvance(title + QStringLiteral("   ")));
    }
    painter.setFont(font());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(m_counts, Qt::ElideRight, std::max(text.width(), 0)));
}

WhereBar::WhereBar(QWidget* parent)
    : QWidget(parent)
{
    for (size_t place = 0; place < m_buttons.size(); ++place) {
        m_buttons[place] = new PlaceButton(static_cast<ComparePlace>(place), this);
        connect(
            m_buttons[place], &QAbstractButton::clicked, this, [this, chosen = m_buttons[place]] { choose(chosen); });
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 4, 6, 2);
    auto* paths = new QVBoxLayout;
    paths->setSpacing(3);
    for (const ComparePlace place : {ComparePlace::PathToServer, ComparePlace::Box, ComparePlace::PathToClient})
        paths->addWidget(button(place));
    for (const ComparePlace host : {ComparePlace::ClientHost, ComparePlace::ServerHost})
        button(host)->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    row->addWidget(button(ComparePlace::ClientHost), hostStretch);
    row->addLayout(paths, pathStretch);
    row->addWidget(button(ComparePlace::ServerHost), hostStretch);
    setDetails(nullptr);
}

void WhereBar::setDetails(const std::shared_ptr<const PairDetails>& details)
{
    clearChoice();
    setEnabled(details != nullptr);
    if (!details) {
        for (PlaceButton* one : m_buttons)
            one->setContent(PlaceLevel::Quiet, {}, {});
        return;
    }
    const ConnectionPair& pair = details->pair();
    for (const Side side : {Side::Client, Side::Server}) {
        const ComparePlace host = side == Side::Client ? ComparePlace::ClientHost : ComparePlace::ServerHost;
        const Endpoint& endpoint
            = details->connection(side).endpoint(side == Side::Client ? side : pair.serverSide(side));
        const QString name = side == Side::Client ? tr("Client %1") : tr("Server %1");
        button(host)->setContent(
            levelOf(pair, host), name.arg(toQString(toString(endpoint))), hostCounts(*details, side));
        const ComparePlace path = side == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
        button(path)->setContent(levelOf(pair, path),
            side == Side::Client ? tr("Path to the server") : tr("Path to the client"), pathCounts(*details, side));
    }
    const PlaceLevel box = levelOf(pair, ComparePlace::Box);
    button(ComparePlace::Box)->setContent(box, tr("A box on the path"), boxCounts(*details));
    button(ComparePlace::Box)->setVisible(box != PlaceLevel::Quiet);
    layout()->invalidate(); // a bar that was never shown would keep the row
}

void WhereBar::clearChoice()
{
    for (PlaceButton* one : m_buttons)
        one->setChecked(false);
}

void WhereBar::choose(PlaceButton* chosen)
{
    const bool isChosen = chosen->isChecked();
    clearChoice();
    chosen->setChecked(isChosen);
    emit placeChosen(isChosen ? std::optional(chosen->place()) : std::nullopt);
}

} // namespace whyrst
