#include "views/compare/finding_list.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/plain_label.h"
#include "views/step_row.h"

#include <QVBoxLayout>

namespace whyrst {
namespace {

/// "client #46, #50 +5".
QString framesText(const QString& side, const std::vector<PacketNumber>& frames)
{
    constexpr size_t named = 2;
    QStringList texts;
    for (size_t index = 0; index < std::min(named, frames.size()); ++index)
        texts << QStringLiteral("#%1").arg(frames[index].value);
    QString text = QStringLiteral("%1 %2").arg(side, texts.join(QStringLiteral(", ")));
    if (frames.size() > named)
        text += QStringLiteral(" +%1").arg(frames.size() - named);
    return frames.empty() ? QString() : text;
}

QString placeLine(const CompareFinding& finding)
{
    QStringList parts{placeWords(finding.place), confidenceWords(finding.confidence)};
    for (const QString& frames : {framesText(FindingList::tr("client"), finding.clientFrames),
             framesText(FindingList::tr("server"), finding.serverFrames)}) {
        if (!frames.isEmpty())
            parts << frames;
    }
    return parts.join(QStringLiteral(" \u00b7 "));
}

} // namespace

FindingList::FindingList(QWidget* parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Findings of the comparison"));
    setDetails(nullptr);
}

void FindingList::setDetails(const std::shared_ptr<const PairDetails>& details)
{
    m_details = details;
    m_rows.clear();
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(2);
    if (details && details->pair().findings.empty())
        column->addWidget(
            new PlainLabel(tr("Nothing was lost, injected or changed beyond what is said of all packets."),
                PlainLabel::Style::Faint, content));
    int number = 0;
    for (const CompareFinding& finding : details ? details->pair().findings : std::vector<CompareFinding>()) {
        const bool isReset = finding.cause == CauseId::InjectedReset;
        auto* row = new StepRow({++number, placeLine(finding), toQString(finding.text), isReset, false}, content);
        row->setAccessibleName(tr("Finding %1: %2").arg(number).arg(toQString(finding.text)));
        connect(row, &StepRow::activated, this, &FindingList::activated);
        column->addWidget(row);
        m_rows.push_back(row);
    }
    column->addStretch();
    setWidget(content);
}

void FindingList::setSelected(int number)
{
    for (size_t index = 0; index < m_rows.size(); ++index)
        m_rows[index]->setSelected(static_cast<int>(index) + 1 == number);
}

} // namespace whyrst
