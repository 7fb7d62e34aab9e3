#include "views/compare/ladder_view.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/export/clock_text.h"
#include "views/charts/chart_accessibility.h"
#include "views/charts/time_window.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace whyrst {
namespace {

constexpr double wheelStep = 1.25; // zoom per notch, as in the charts
constexpr double keyStep = 1.5;
constexpr double eighthsPerNotch = 120;
constexpr int wheelPauseMs = 400;
constexpr double hitRadius = 6;
constexpr double dragDistance = 4;

/// "client #46 58,313-59,772" of a packet in one capture.
QString packetLine(const PairDetails& details, uint32_t relation, Side capture)
{
    const QString label = toQString(details.ladder().label(relation, capture));
    const QString side = capture == Side::Client ? LadderView::tr("client") : LadderView::tr("server");
    return label.isEmpty() ? LadderView::tr("%1: not there").arg(side) : LadderView::tr("%1: %2").arg(side, label);
}

QString changeOf(const PairDetails& details, const PacketRelation& relation)
{
    for (const Alteration& one : details.pair().alterations) {
        if (one.flow == relation.flow && one.sent == relation.sentRow && one.arrived == relation.arrivedRow)
            return toQString(one.text);
    }
    return {};
}

} // namespace

std::array<QString, 2> ladderCaptions(const OpenComparison& open)
{
    const std::array<QString, 2> names = captureNames(open);
    return {LadderView::tr("Client's capture: %1").arg(names[0]), LadderView::tr("Server's capture: %1").arg(names[1])};
}

std::vector<LadderMark> ladderMarks(const PairDetails& details)
{
    std::vector<LadderMark> marks;
    int number = 0;
    for (const CompareFinding& finding : details.pair().findings) {
        ++number;
        std::optional<uint32_t> relation;
        if (!finding.clientFrames.empty())
            relation = details.relationOf(Side::Client, finding.clientFrames.front());
        if (!relation && !finding.serverFrames.empty())
            relation = details.relationOf(Side::Server, finding.serverFrames.front());
        if (relation)
            marks.push_back({number, *relation});
    }
    return marks;
}

LadderView::LadderView(TimeWindow* window, QWidget* parent)
    : QWidget(parent)
    , m_window(window)
    , m_wheelPause(new QTimer(this))
{
    describeCharts();
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setAccessibleName(tr("Ladder: packets between the two captures"));
    setAccessibleDescription(spokenText());
    m_wheelPause->setSingleShot(true);
    m_wheelPause->setInterval(wheelPauseMs);
    connect(m_wheelPause, &QTimer::timeout, m_window, &TimeWindow::endGesture);
    connect(m_window, &TimeWindow::rangeChanged, this, &LadderView::redraw);
}

void LadderView::setDetails(std::shared_ptr<const PairDetails> details)
{
    m_details = std::move(details);
    m_selected.reset();
    m_picture = {};
    redraw();
}

void LadderView::setTheme(ChartTheme theme)
{
    m_theme = theme;
    redraw();
}

void LadderView::select(std::optional<uint32_t> relation)
{
    m_selected = relation;
    redraw();
}

void LadderView::setFilter(std::optional<DifferenceFilter> filter)
{
    m_filter = filter;
    redraw();
}

void LadderView::showCursor(std::optional<Duration> time)
{
    if (m_cursor == time)
        return;
    m_cursor = time;
    update();
}

void LadderView::setFoldsSilence(bool folds)
{
    m_foldsSilence = folds;
    redraw();
}

void LadderView::swapClock()
{
    m_clock = !m_clock             ? std::optional(Side::Client)
        : *m_clock == Side::Client ? std::optional(Side::Server)
                                   : std::nullopt;
    redraw();
}

void LadderView::redraw()
{
    m_isStale = true;
    setAccessibleDescription(spokenText());
    update();
}

/// The text twin for screen readers.
QString LadderView::spokenText() const
{
    if (!m_details)
        return tr("No connection is shown.");
    const auto seconds = [](Duration time) { return toQString(plainSeconds(time, 3)); };
    QStringList sentences;
    for (const QString& caption : ladderCaptions(m_details->open()))
        sentences << caption;
    sentences << tr("Packets: %1. Shown: %2 s to %3 s.")
                     .arg(countText(m_details->relations().size()), seconds(m_window->begin()),
                         seconds(m_window->end()));
    if (m_selected)
        sentences << tr("Selected: %1").arg(readout(*m_selected));
    return sentences.join(QLatin1Char('\n'));
}

const LadderPicture& LadderView::picture()
{
    updatePicture();
    return m_picture;
}

void LadderView::updatePicture()
{
    const QSize pixels = size() * devicePixelRatioF();
    if (!m_isStale && m_image.size() == pixels)
        return;
    m_image = QImage(pixels, QImage::Format_RGB32);
    m_image.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(&m_image);
    LadderRequest request;
    request.bounds = QRectF(rect());
    request.theme = m_theme;
    if (m_details) {
        request.ladder = &m_details->ladder();
        request.view = {m_window->begin(), m_window->end()};
        request.captions = ladderCaptions(m_details->open());
        request.marks = ladderMarks(*m_details);
        request.selected = m_selected;
        request.filter = m_filter;
        request.clock = m_clock;
        request.foldsSilence = m_foldsSilence;
    }
    m_picture = paintLadder(painter, request);
    m_isStale = false;
}

void LadderView::paintEvent(QPaintEvent*)
{
    updatePicture();
    QPainter painter(this);
    painter.drawImage(QPointF(0, 0), m_image);
    const ChartColors& colors = chartColors(m_theme);
    if (m_cursor && m_details && m_window->begin() <= *m_cursor && *m_cursor <= m_window->end()) {
        const double y = m_picture.scale.y(*m_cursor);
        painter.setPen(QPen(colors.faintText, 1, Qt::DotLine));
        painter.drawLine(QPointF(0, y), QPointF(width(), y));
    }
    if (hasFocus()) {
        painter.setPen(QPen(colors.selection, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void LadderView::resizeEvent(QResizeEvent* event)
{
    m_isStale = true;
    QWidget::resizeEvent(event);
}

void LadderView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_press = event->position();
    m_isPanning = false;
    m_pressScale = m_picture.scale;
    m_pressBegin = m_window->begin();
    m_pressEnd = m_window->end();
}

void LadderView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_details)
        return;
    if (m_press && !m_isPanning && (event->position() - *m_press).manhattanLength() > dragDistance) {
        m_isPanning = true;
        m_window->beginGesture();
    }
    if (m_isPanning) {
        panTo(event->position());
        return;
    }
    emit cursorMoved(m_picture.scale.timeAt(event->position().y()));
    if (event->position().y() < m_picture.shaft.top()) { // the captions may be cut
        const std::array<QString, 2> captions = ladderCaptions(m_details->open());
        QToolTip::showText(event->globalPosition().toPoint(), toolTipText(captions[0] + u'\n' + captions[1]), this);
        return;
    }
    const PaintedArrow* arrow = m_picture.arrowAt(event->position(), hitRadius);
    if (!arrow) {
        QToolTip::hideText();
        return;
    }
    QString text = readout(arrow->relation);
    if (arrow->hidden > 0)
        text += tr("\nand %n more here: zoom in to tell them apart", nullptr, static_cast<int>(arrow->hidden));
    QToolTip::showText(event->globalPosition().toPoint(), toolTipText(text), this);
}

/// The stretch that the pointer was over when the button went down follows it; folds are laid out anew.
void LadderView::panTo(QPointF position)
{
    const Duration moved = Duration(std::llround((m_press->y() - position.y()) * m_pressScale.secondsPerPixel() * 1e9));
    m_window->show(m_pressBegin + moved, m_pressEnd + moved);
}

void LadderView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_isPanning) {
        m_window->endGesture();
    } else if (m_press && m_details) {
        if (const PaintedArrow* arrow = picture().arrowAt(event->position(), hitRadius))
            emit relationSelected(arrow->relation);
    }
    m_press.reset();
    m_isPanning = false;
}

void LadderView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        emit fitRequested();
}

void LadderView::wheelEvent(QWheelEvent* event)
{
    if (m_details) {
        m_window->beginGesture();
        m_window->zoom(std::pow(wheelStep, -event->angleDelta().y() / eighthsPerNotch),
            picture().scale.timeAt(event->position().y()));
        m_wheelPause->start();
    }
    event->accept();
}

void LadderView::keyPressEvent(QKeyEvent* event)
{
    const Duration middle = m_window->begin() + m_window->width() / 2;
    switch (event->key()) {
    case Qt::Key_Space:
        swapClock();
        break;
    case Qt::Key_Up:
        goToNeighbour(-1);
        break;
    case Qt::Key_Down:
        goToNeighbour(1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_window->zoom(1 / keyStep, middle);
        break;
    case Qt::Key_Minus:
        m_window->zoom(keyStep, middle);
        break;
    case Qt::Key_Backspace:
        m_window->back();
        break;
    case Qt::Key_0:
        emit fitRequested();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LadderView::goToNeighbour(int step)
{
    if (!m_details || m_details->relations().empty())
        return;
    const auto last = static_cast<int64_t>(m_details->relations().size()) - 1;
    const int64_t row = m_selected ? int64_t{*m_selected} + step : (step > 0 ? 0 : last);
    if (row >= 0 && row <= last)
        emit relationSelected(static_cast<uint32_t>(row));
}

void LadderView::leaveEvent(QEvent* event)
{
    emit cursorMoved(std::nullopt);
    QWidget::leaveEvent(event);
}

QString LadderView::readout(uint32_t index) const
{
    const PacketRelation& relation = m_details->relations()[index];
    QStringList lines{tr("%1, %2 s: %3")
                          .arg(flowWords(relation.flow), sinceText(relation.time, m_details->times().origin),
                              verdictWords(m_details->pair(), relation)),
        packetLine(*m_details, index, Side::Client), packetLine(*m_details, index, Side::Server)};
    if (relation.delay) {
        const std::string bound = delayBoundText(*m_details->times().clock, relation.time);
        lines << tr("delay %1, %2").arg(durationText(*relation.delay), toQString(bound));
    }
    for (const QString& more : {changeOf(*m_details, relation), evidenceWords(m_details->pair(), relation)}) {
        if (!more.isEmpty())
            lines << more;
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace whyrst
