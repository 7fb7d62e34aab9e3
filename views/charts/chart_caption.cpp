#include "views/charts/chart_caption.h"

#include "views/charts/glyphs.h"
#include "views/charts/mark_painter.h"

#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr double badgeWidth = 26; ///< badge and the gap behind it
constexpr double badgeHeight = 17;
constexpr double columnGap = 28;
constexpr double narrowestColumn = 420; ///< below, lines of text become too short to read
constexpr double blockGap = 3;

QFont fontFor(int pixelSize, bool isBold)
{
    return chartFont(pixelSize, isBold ? FontWeight::Bold : FontWeight::Normal);
}

/// Breaks the text into lines between words, and within words that are wider than a line. Gives its height.
double wrap(QTextLayout& text, double width)
{
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    text.setTextOption(option);
    double height = 0;
    text.beginLayout();
    for (QTextLine line = text.createLine(); line.isValid(); line = text.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    text.endLayout();
    return height;
}

/// "#46, 12.773 s: " before the sentence, unless it names the packet itself.
QString stepText(const ChartMark& step)
{
    const QString sentence = QString::fromStdString(step.text);
    const QString time = QString::fromStdString(plainSeconds(step.time, 3)) + QStringLiteral(" s");
    if (!step.frame)
        return time + QStringLiteral("  ") + sentence;
    return QStringLiteral("#%1  %2  %3").arg(step.frame->value).arg(time, sentence);
}

} // namespace

ChartCaption::ChartCaption(const ChartImageRequest& request, double width, int bodySize)
    : m_request(request)
    , m_width(width)
    , m_bodySize(bodySize)
{
    layOutTitle();
    layOutStory();
}

double ChartCaption::addBlock(std::vector<Block>& blocks, QPointF place, double width, const Block& block)
{
    const double indent = block.step >= 0 ? badgeWidth : 0;
    QTextLayout text(block.text, fontFor(block.pixelSize, block.isBold));
    const double textHeight = wrap(text, width - indent);
    const double height = std::ceil(std::max(textHeight, block.step >= 0 ? badgeHeight : 0.0));
    Block placed = block;
    placed.box = QRectF(place, QSizeF(width, height));
    blocks.push_back(placed);
    return height + blockGap;
}

void ChartCaption::layOutTitle()
{
    double y = 0;
    for (const QString& line : m_request.title) {
        const bool isFirst = y == 0;
        y += addBlock(m_title, {0, y}, m_width, {{}, line, isFirst ? m_bodySize + 1 : m_bodySize, isFirst});
    }
    m_titleHeight = y;
}

void ChartCaption::layOutStory()
{
    double y = 0;
    if (!m_request.heading.isEmpty())
        y += addBlock(m_story, {0, y}, m_width, {{}, m_request.heading, m_bodySize + 2, true});
    if (!m_request.summary.isEmpty())
        y += addBlock(m_story, {0, y}, m_width, {{}, m_request.summary, m_bodySize, false}) + blockGap;
    m_storyHeight = y;
    layOutSteps(y);
}

/// One column, or two when they are wide enough: the first takes half of the height.
void ChartCaption::layOutSteps(double top)
{
    const bool hasTwoColumns = m_width >= 2 * narrowestColumn + columnGap && m_request.steps.size() > 2;
    const double width = hasTwoColumns ? (m_width - columnGap) / 2 : m_width;
    std::vector<Block> column;
    double total = 0;
    for (size_t i = 0; i < m_request.steps.size(); ++i) {
        const Block block{{}, stepText(m_request.steps[i]), m_bodySize, false, static_cast<int>(i)};
        total += addBlock(column, {0, total}, width, block);
    }
    double shift = 0;
    double left = 0;
    for (Block& block : column) {
        if (hasTwoColumns && left == 0 && block.box.top() + block.box.height() / 2 > total / 2) {
            left = width + columnGap;
            shift = block.box.top();
        }
        block.box.translate(left, top - shift);
        m_storyHeight = std::max(m_storyHeight, block.box.bottom() + blockGap);
        m_story.push_back(block);
    }
}

void ChartCaption::paint(QPainter& painter, const std::vector<Block>& blocks, QPointF origin) const
{
    const ChartColors& colors = chartColors(m_request.theme);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Block& block : blocks) {
        QRectF box = block.box.translated(origin);
        if (block.step >= 0) {
            const QRectF badge(box.left(), box.top(), badgeWidth - 7, badgeHeight);
            paintBadge(painter, badge, m_request.steps[static_cast<size_t>(block.step)], m_request.theme);
            box.setLeft(box.left() + badgeWidth);
        }
        QTextLayout text(block.text, fontFor(block.pixelSize, block.isBold));
        wrap(text, box.width());
        painter.setPen(colors.text);
        text.draw(&painter, box.topLeft());
    }
    painter.restore();
}

void ChartCaption::paintTitle(QPainter& painter, QPointF origin) const
{
    paint(painter, m_title, origin);
}

void ChartCaption::paintStory(QPainter& painter, QPointF origin) const
{
    paint(painter, m_story, origin);
}

} // namespace whyrst
