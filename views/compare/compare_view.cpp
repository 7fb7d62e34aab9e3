#include "views/compare/compare_view.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/export/comparison_text.h"
#include "views/charts/chart_stack.h"
#include "views/compare/difference_pane.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"
#include "views/compare/packet_pair.h"
#include "views/compare/pair_delegate.h"
#include "views/compare/toggle_button.h"
#include "views/compare/where_bar.h"
#include "views/plain_label.h"
#include "views/tab_order.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int narrowWindow = 1500; ///< pixels; below, charts and ladder do not fit beside each other

} // namespace

CompareView::CompareView(ComparisonSession* session, QWidget* parent)
    : SideBySideView(parent)
    , m_session(session)
    , m_model(new PairListModel(this))
    , m_where(new WhereBar(this))
    , m_headline(new PlainLabel(QString(), PlainLabel::Style::Heading, this))
    , m_clock(new PlainLabel(QString(), PlainLabel::Style::Faint, this))
    , m_findings(new FindingList)
    , m_pairs(new QListView)
    , m_charts(new CompareCharts(session))
    , m_differences(new DifferencePane(session))
    , m_main(new QSplitter(Qt::Horizontal, this))
{
    m_main->addWidget(createLeft());
    m_main->addWidget(createRight());
    m_main->setStretchFactor(1, 1);
    m_headline->setContentsMargins(8, 0, 8, 0);
    m_clock->setContentsMargins(8, 0, 8, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_where);
    column->addWidget(m_headline);
    column->addWidget(m_clock);
    column->addWidget(m_main, 1);
    connectPanes();
    setShown(CompareCharts::Shown::Both);
}

QWidget* CompareView::createLeft()
{
    m_left = new QSplitter(Qt::Vertical);
    auto* findings = new QWidget;
    auto* column = new QVBoxLayout(findings);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* title = new PlainLabel(tr("Findings"), PlainLabel::Style::Heading, findings);
    title->setContentsMargins(8, 2, 8, 2);
    column->addWidget(title);
    column->addWidget(m_findings, 1);
    auto* pairs = new QWidget;
    auto* pairColumn = new QVBoxLayout(pairs);
    pairColumn->setContentsMargins(0, 0, 0, 0);
    pairColumn->setSpacing(0);
    auto* pairTitle = new PlainLabel(tr("Connections in both captures"), PlainLabel::Style::Heading, pairs);
    pairTitle->setContentsMargins(8, 2, 8, 2);
    pairColumn->addWidget(pairTitle);
    pairColumn->addWidget(m_pairs, 1);
    m_pairs->setModel(m_model);
    m_pairs->setItemDelegate(new PairDelegate(m_pairs));
    m_pairs->setFrameShape(QFrame::NoFrame);
    m_pairs->setAccessibleName(tr("Connections in both captures"));
    m_left->addWidget(findings);
    m_left->addWidget(pairs);
    m_left->setChildrenCollapsible(false);
    return m_left;
}

QWidget* CompareView::createRight()
{
    auto* center = new QWidget;
    auto* column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createBar());
    column->addWidget(m_charts, 1);
    m_right = new QSplitter(Qt::Vertical);
    m_right->addWidget(center);
    m_right->addWidget(m_differences);
    m_right->setStretchFactor(0, 1);
    m_right->setCollapsible(0, false);
    return m_right;
}

QWidget* CompareView::createBar()
{
    auto* bar = m_bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(6, 2, 6, 2);
    row->setSpacing(3);
    const std::array shownTexts{tr("Charts"), tr("Ladder"), tr("Both")};
    for (size_t index = 0; index < shownTexts.size(); ++index) {
        auto* button = new ToggleButton(shownTexts[index], bar);
        button->setToolTip(tr("Ctrl+L goes on to the next view"));
        connect(
            button, &QToolButton::clicked, this, [this, index] { setShown(static_cast<CompareCharts::Shown>(index)); });
        m_shownButtons[index] = button;
        row->addWidget(button);
    }
    row->addSpacing(12);
    row->addWidget(new QLabel(tr("Data in the charts:"), bar));
    for (const Side side : {Side::Client, Side::Server}) {
        auto* button = new ToggleButton(flowWords(side), bar);
        button->setToolTip(tr("Shows the data of this direction and its acknowledgments (D)"));
        connect(button, &QToolButton::clicked, this, [this, side] {
            m_session->setDirection(side);
            showDirection();
        });
        m_directionButtons[sideIndex(side)] = button;
        row->addWidget(button);
    }
    row->addStretch();
    m_fold = new ToggleButton(tr("Fold silence"), bar);
    m_fold->setChecked(true);
    m_fold->setToolTip(tr("Shortens long times without a packet on the ladder"));
    connect(m_fold, &QToolButton::toggled, m_charts->ladder(), &LadderView::setFoldsSilence);
    row->addWidget(m_fold);
    auto* fit = new QToolButton(bar);
    fit->setText(tr("Fit"));
    fit->setToolTip(tr("The packets of the headline; once more: the whole connection (F)"));
    connect(fit, &QToolButton::clicked, m_charts, &CompareCharts::fit);
    row->addWidget(fit);
    return bar;
}

void CompareView::connectPanes()
{
    connect(m_session, &ComparisonSession::compared, this, &CompareView::showComparison);
    connect(m_session, &ComparisonSession::pairChanged, this, &CompareView::showPair);
    connect(m_session, &ComparisonSession::directionChanged, this, &CompareView::showDirection);
    connect(m_where, &WhereBar::placeChosen, this, &CompareView::showPlace);
    connect(m_findings, &FindingList::stillRunningRequested, this, &CompareView::stillRunningRequested);
    connect(m_findings, &FindingList::activated, this, &CompareView::showFinding);
    m_findings->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_findings, &QWidget::customContextMenuRequested, this, &CompareView::offerFinding);
    connect(m_charts, &CompareCharts::findingSelected, this, &CompareView::showFinding);
    connect(m_charts, &CompareCharts::readoutChanged, this, &CompareView::readoutChanged);
    connect(m_pairs->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CompareView::choosePair);
    createPairActions();
}

/// From top to bottom; rows that are made anew would come last.
void CompareView::orderTabStops()
{
    QList<QWidget*> stops{m_where, m_findings, m_pairs, m_bar, m_charts->chart(Side::Client), m_charts->delayChart(),
        m_charts->chart(Side::Server), m_charts->ladder()};
    for (QToolButton* button : m_differences->findChildren<QToolButton*>())
        stops << button;
    orderTabs(stops << m_differences->rules() << m_differences->table() << m_differences->packets());
}

void CompareView::createPairActions()
{
    m_pairByHand = new QAction(tr("Compare these two connections all the same"), m_pairs);
    connect(m_pairByHand, &QAction::triggered, this, [this] {
        const QVariant refused = m_pairs->currentIndex().data(PairListModel::RefusedRole);
        if (refused.isValid())
            emit pairingRequested(refused.toUInt());
    });
    m_part = new QAction(tr("Part these two connections: they are not one"), m_pairs);
    connect(m_part, &QAction::triggered, this, [this] {
        const QVariant pair = m_pairs->currentIndex().data(PairListModel::PairRole);
        if (pair.isValid())
            emit partingRequested(pair.toUInt());
    });
    m_pairs->addActions({m_pairByHand, m_part});
    m_pairs->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void CompareView::setTheme(ChartTheme theme)
{
    m_charts->setTheme(theme);
    m_findings->rebuild();
    orderTabStops();
}

void CompareView::setShown(CompareCharts::Shown shown)
{
    m_charts->setShown(shown);
    for (size_t index = 0; index < m_shownButtons.size(); ++index)
        m_shownButtons[index]->setChecked(index == static_cast<size_t>(shown));
    m_fold->setEnabled(shown != CompareCharts::Shown::Charts);
    for (QToolButton* button : m_directionButtons)
        button->setEnabled(shown != CompareCharts::Shown::LadderOnly);
}

void CompareView::toggleLadder()
{
    setShown(m_charts->shown() == CompareCharts::Shown::Charts      ? CompareCharts::Shown::LadderOnly
            : m_charts->shown() == CompareCharts::Shown::LadderOnly ? CompareCharts::Shown::Both
                                                                    : CompareCharts::Shown::Charts);
}

void CompareView::showComparison()
{
    const OpenComparison& open = m_session->open();
    m_model->setComparison(open);
    QStringList sentences;
    for (const std::string& sentence : {nearnessText(*open.comparison),
             clockText(*open.comparison, open.trace(Side::Client).capture), open.comparison->contentRemark}) {
        if (!sentence.empty())
            sentences << toQString(sentence);
    }
    m_clock->setText(sentences.join(QLatin1Char(' ')));
    m_clock->setVisible(!open.comparison->pairs.empty());
}

void CompareView::showPair()
{
    const auto details = m_session->details();
    m_where->setDetails(details);
    m_place.reset();
    m_findings->setDetails(details);
    orderTabStops();
    if (!details) {
        const bool isOpen = m_session->isOpen();
        m_headline->setText(isOpen ? toQString(nothingInCommonText(*m_session->open().comparison)) : QString());
        return;
    }
    m_headline->setText(headlineWords(details->pair()));
    const int row = m_model->rowOf(details->index());
    if (m_pairs->currentIndex().row() != row)
        m_pairs->setCurrentIndex(m_model->index(row, 0));
    showDirection();
}

/// In all panes, from its first difference on.
void CompareView::showPlace(std::optional<ComparePlace> place)
{
    m_place = place;
    m_differences->setPlace(place);
    m_charts->setPlace(place);
    const std::optional<uint32_t> selected = m_session->relation();
    if (place && (!selected || !isInTable(*selected)) && m_differences->model()->rowCount() > 0)
        m_session->selectRelation(
            m_differences->model()->index(0, 0).data(DifferenceTableModel::RelationRole).toUInt());
}

bool CompareView::isInTable(uint32_t relation) const
{
    return m_differences->model()->rowOf(relation) >= 0;
}

void CompareView::showDirection()
{
    for (const Side side : {Side::Client, Side::Server})
        m_directionButtons[sideIndex(side)]->setChecked(m_session->direction() == side);
}

void CompareView::choosePair(const QModelIndex& row)
{
    const QVariant pair = row.data(PairListModel::PairRole);
    m_part->setEnabled(pair.isValid());
    m_pairByHand->setEnabled(row.data(PairListModel::RefusedRole).isValid());
    if (pair.isValid())
        m_session->selectPair(pair.toUInt());
}

void CompareView::showFinding(int number)
{
    m_charts->showFinding(number);
    const std::optional<uint32_t> selected = m_session->relation();
    if (m_place && selected && !isInTable(*selected)) { // it is of another place
        m_where->clearChoice();
        showPlace({});
        m_charts->showFinding(number);
    }
    m_findings->setSelected(number);
}

QMenu* CompareView::makeFindingMenu(int number)
{
    auto* menu = new QMenu(this);
    connect(
        menu->addAction(tr("&Show its packets")), &QAction::triggered, this, [this, number] { showFinding(number); });
    connect(menu->addAction(tr("&Picture of this finding\u2026")), &QAction::triggered, this,
        [this, number] { emit findingPictureRequested(number); });
    const std::vector<CompareFinding>& findings = m_session->details()->pair().findings;
    const QString text = toQString(findings[static_cast<size_t>(number) - 1].text);
    connect(menu->addAction(tr("&Copy its text")), &QAction::triggered, this,
        [text] { QApplication::clipboard()->setText(text); });
    return menu;
}

void CompareView::offerFinding(const QPoint& position)
{
    const std::vector<StepRow*>& rows = m_findings->rows();
    const auto row = std::ranges::find_if(
        rows, [&](const StepRow* one) { return one->rect().contains(one->mapFrom(m_findings, position)); });
    if (row == rows.end() || !m_session->details())
        return;
    QMenu* menu = makeFindingMenu(static_cast<int>(row - rows.begin()) + 1);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(m_findings->mapToGlobal(position));
}

void CompareView::goToDifference(int step)
{
    const auto isOfPlace = [this](uint32_t relation) { return !m_place || isInTable(relation); };
    if (const auto relation = m_session->neighbourDifference(step, isOfPlace))
        m_session->selectRelation(relation);
}

QString CompareView::headline() const
{
    return m_headline->text();
}

QString CompareView::clockSentence() const
{
    return m_clock->text();
}

/// A window that is too narrow for charts beside the ladder begins with the charts.
void CompareView::layOut()
{
    const int left = std::clamp(width() / 5, 250, 380);
    m_main->setSizes({left, width() - left});
    const int all = height() - m_where->sizeHint().height();
    const int bottom = std::clamp(all * 3 / 10, 150, 280);
    m_right->setSizes({all - bottom, bottom});
    m_left->setSizes({all * 3 / 5, all * 2 / 5});
    if (width() < narrowWindow)
        setShown(CompareCharts::Shown::Charts);
}

} // namespace whyrst
