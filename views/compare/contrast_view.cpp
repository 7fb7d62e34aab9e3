#include "views/compare/contrast_view.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/compare/step_list.h"
#include "views/compare/toggle_button.h"
#include "views/packet_table.h"
#include "views/plain_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace whyrst {
namespace {

QString weightWords(Weight weight)
{
    switch (weight) {
    case Weight::Trouble:
        return ContrastView::tr("trouble");
    case Weight::Condition:
        return ContrastView::tr("may explain it");
    default:
        return ContrastView::tr("differs between any two");
    }
}

/// "first divergence · 0.579 s · trouble".
QString placeLine(const Difference& difference, bool isFirst)
{
    QStringList parts;
    if (isFirst)
        parts << ContrastView::tr("FIRST DIVERGENCE");
    const auto& bad = difference.place(Outcome::Bad).since;
    if (const auto& since = bad ? bad : difference.place(Outcome::Good).since)
        parts << ContrastView::tr("%1 s").arg(toQString(plainSeconds(*since, 3)));
    parts << weightWords(difference.weight);
    return parts.join(QStringLiteral(" \u00b7 "));
}

} // namespace

ContrastView::ContrastView(QWidget* parent)
    : SideBySideView(parent)
    , m_summary(new PlainLabel(QString(), PlainLabel::Style::Heading, this))
    , m_remarks(new PlainLabel(QString(), PlainLabel::Style::Faint, this))
    , m_differences(new StepList)
    , m_charts(new ContrastCharts)
    , m_main(new QSplitter(Qt::Horizontal, this))
    , m_right(new QSplitter(Qt::Vertical))
{
    m_differences->setAccessibleName(tr("Differences in order of time"));
    auto* center = new QWidget;
    auto* charts = new QVBoxLayout(center);
    charts->setContentsMargins(0, 0, 0, 0);
    charts->setSpacing(0);
    charts->addWidget(createBar());
    charts->addWidget(m_charts, 1);
    m_right->addWidget(center);
    m_right->addWidget(createTables());
    m_right->setStretchFactor(0, 1);
    m_right->setCollapsible(0, false);
    m_main->addWidget(m_differences);
    m_main->addWidget(m_right);
    m_main->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(createTop());
    column->addWidget(m_main, 1);
    connect(m_differences, &StepList::activated, this, &ContrastView::showDifference);
    connect(m_charts, &ContrastCharts::differenceSelected, this, &ContrastView::showDifference);
    connect(m_charts, &ContrastCharts::packetSelected, this, &ContrastView::selectPacket);
    connect(m_charts, &ContrastCharts::readoutChanged, this, &ContrastView::readoutChanged);
    showToggles();
}

QWidget* ContrastView::createTop()
{
    auto* top = new QWidget;
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    for (PlainLabel*& label : m_names) {
        label = new PlainLabel(QString(), PlainLabel::Style::Normal, top);
        names->addWidget(label);
    }
    auto* swap = new QToolButton(top);
    swap->setText(tr("Swap good and bad"));
    swap->setToolTip(tr("Takes the good connection for the bad one"));
    connect(swap, &QToolButton::clicked, this, &ContrastView::swapRoles);
    auto* row = new QHBoxLayout;
    row->addLayout(names, 1);
    row->addWidget(swap, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout(top);
    column->setContentsMargins(8, 4, 8, 2);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_summary);
    column->addWidget(m_remarks);
    return top;
}

QWidget* ContrastView::createBar()
{
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(6, 2, 6, 2);
    row->setSpacing(3);
    const std::array layoutTexts{tr("Under each other"), tr("Overlaid")};
    for (size_t index = 0; index < layoutTexts.size(); ++index) {
        auto* button = new ToggleButton(layoutTexts[index], bar);
        button->setToolTip(tr("Two charts, or the good one in grey behind the bad one (Ctrl+L)"));
        connect(button, &QToolButton::clicked, this, [this, index] {
            m_charts->setLayoutKind(static_cast<ContrastCharts::Layout>(index));
            showToggles();
            highlight(m_selected);
        });
        m_layoutButtons[index] = button;
        row->addWidget(button);
    }
    row->addSpacing(12);
    row->addWidget(new QLabel(tr("Data in the charts:"), bar));
    for (const Side side : {Side::Client, Side::Server}) {
        auto* button = new ToggleButton(flowWords(side), bar);
        button->setToolTip(tr("Shows the data of this direction and its acknowledgments (D)"));
        connect(button, &QToolButton::clicked, this, [this, side] {
            m_charts->setDirection(side);
            showToggles();
            highlight(m_selected);
        });
        m_directionButtons[sideIndex(side)] = button;
        row->addWidget(button);
    }
    row->addStretch();
    auto* fit = new QToolButton(bar);
    fit->setText(tr("Fit"));
    fit->setToolTip(tr("Up to the first divergence; once more: everything (F)"));
    connect(fit, &QToolButton::clicked, m_charts, &ContrastCharts::fit);
    row->addWidget(fit);
    return bar;
}

QWidget* ContrastView::createTables()
{
    auto* tables = new QSplitter(Qt::Horizontal);
    const std::array widths{QStringLiteral("good-packets"), QStringLiteral("bad-packets")};
    const std::array titles{tr("Packets of the good connection"), tr("Packets of the bad connection")};
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        auto* pane = new QWidget;
        auto* column = new QVBoxLayout(pane);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        auto* title = new PlainLabel(titles[outcomeIndex(outcome)], PlainLabel::Style::Heading, pane);
        title->setContentsMargins(8, 2, 8, 2);
        auto* table = new PacketTable;
        table->setAccessibleName(titles[outcomeIndex(outcome)]);
        table->setNarrow(widths[outcomeIndex(outcome)]);
        connect(table, &PacketTable::packetSelected, this,
            [this, outcome](PacketNumber frame) { selectPacket(outcome, frame); });
        m_packets[outcomeIndex(outcome)] = table;
        column->addWidget(title);
        column->addWidget(table, 1);
        tables->addWidget(pane);
    }
    tables->setChildrenCollapsible(false);
    return tables;
}

void ContrastView::setContrast(const std::shared_ptr<const ConnectionContrast>& contrast)
{
    m_contrast = contrast;
    m_selected = 0;
    m_charts->setContrast(contrast, contrast ? tellingDirection(*contrast) : Side::Client);
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        packets(outcome)->setConnection(contrast ? contrast->details(outcome) : nullptr);
        m_names[outcomeIndex(outcome)]->setText(contrast ? knownConnectionWords(outcome, *contrast) : QString());
    }
    m_summary->setText(contrast ? toQString(contrast->divergence().summary) : QString());
    QStringList remarks;
    for (const std::string& remark : contrast ? contrast->divergence().remarks : std::vector<std::string>())
        remarks << toQString(remark);
    m_remarks->setText(remarks.join(QLatin1Char(' ')));
    m_remarks->setVisible(!remarks.isEmpty());
    fillDifferences();
    showToggles();
    if (contrast && contrast->divergence().first)
        highlight(static_cast<int>(*contrast->divergence().first) + 1);
}

void ContrastView::fillDifferences()
{
    std::vector<StepText> steps;
    if (m_contrast) {
        const Divergence& divergence = m_contrast->divergence();
        for (const Difference& difference : divergence.differences) {
            const bool isFirst = &difference == divergence.firstDifference();
            steps.push_back(
                {static_cast<int>(steps.size()) + 1, placeLine(difference, isFirst), toQString(difference.text),
                    difference.weight == Weight::Trouble, difference.weight == Weight::Variation});
        }
    }
    m_differences->setSteps(steps, m_contrast ? tr("Nothing differs.") : QString());
    m_differences->setSelected(m_selected);
}

void ContrastView::showToggles()
{
    for (size_t index = 0; index < m_layoutButtons.size(); ++index)
        m_layoutButtons[index]->setChecked(index == static_cast<size_t>(m_charts->layoutKind()));
    for (const Side side : {Side::Client, Side::Server})
        m_directionButtons[sideIndex(side)]->setChecked(m_charts->direction() == side);
}

void ContrastView::setTheme(ChartTheme theme)
{
    m_charts->setTheme(theme);
    fillDifferences();
}

void ContrastView::showDifference(int number)
{
    if (!m_contrast || number < 1 || static_cast<size_t>(number) > m_contrast->divergence().differences.size())
        return;
    m_charts->showDifference(number);
    highlight(number);
}

/// The packets of both, without a change of what the charts show.
void ContrastView::highlight(int number)
{
    m_selected = number;
    if (number == 0)
        return;
    m_differences->setSelected(number);
    m_charts->selectDifference(number);
    const Difference& difference = m_contrast->divergence().differences[static_cast<size_t>(number) - 1];
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad})
        packets(outcome)->setSelected(difference.place(outcome).frame.value_or(PacketNumber()));
}

void ContrastView::goToDifference(int step)
{
    if (!m_contrast || m_contrast->divergence().differences.empty())
        return;
    const auto count = static_cast<int>(m_contrast->divergence().differences.size());
    const int start = m_selected == 0 && step < 0 ? count + 1 : m_selected;
    showDifference(std::clamp(start + step, 1, count));
}

void ContrastView::swapRoles()
{
    if (m_contrast)
        setContrast(std::make_shared<const ConnectionContrast>(
            m_contrast->details(Outcome::Bad), m_contrast->details(Outcome::Good)));
}

void ContrastView::toggleDirection()
{
    m_charts->setDirection(otherSide(m_charts->direction()));
    showToggles();
    highlight(m_selected);
}

void ContrastView::toggleLayout()
{
    m_charts->setLayoutKind(m_charts->layoutKind() == ContrastCharts::Layout::Stacked
            ? ContrastCharts::Layout::Overlay
            : ContrastCharts::Layout::Stacked);
    showToggles();
    highlight(m_selected);
}

void ContrastView::selectPacket(Outcome outcome, PacketNumber frame)
{
    m_charts->selectPacket(outcome, frame);
    packets(outcome)->setSelected(frame);
}

QString ContrastView::summary() const
{
    return m_summary->text();
}

void ContrastView::showEvent(QShowEvent* event)
{
    SideBySideView::showEvent(event);
    // Tables scroll to a row only when they have got their size.
    QMetaObject::invokeMethod(
        this, [this] { highlight(m_selected); }, Qt::QueuedConnection);
}

void ContrastView::layOut()
{
    const int left = std::clamp(width() / 4, 260, 420);
    m_main->setSizes({left, width() - left});
    const int bottom = std::clamp(height() / 4, 110, 280);
    m_right->setSizes({height() - bottom, bottom});
}

} // namespace whyrst
