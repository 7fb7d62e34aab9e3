#include "views/compare/finding_list.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"

#include <QLabel>

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
    : StepList(parent)
{
    setAccessibleName(tr("Findings of the comparison"));
    setDetails(nullptr);
}

void FindingList::setDetails(const std::shared_ptr<const PairDetails>& details)
{
    m_details = details;
    std::vector<StepText> steps;
    for (const CompareFinding& finding : details ? details->pair().findings : std::vector<CompareFinding>()) {
        const bool isReset = finding.cause == CauseId::InjectedReset;
        const int number = static_cast<int>(steps.size()) + 1;
        steps.push_back({number, placeLine(finding), toQString(finding.text), isReset, false});
    }
    setSteps(
        steps, details ? tr("Nothing was lost, injected or changed beyond what is said of all packets.") : QString());
    for (StepRow* row : rows()) {
        row->setAccessibleName(tr("Finding %1").arg(row->accessibleName()));
        for (QLabel* label : row->findChildren<QLabel*>())
            label->setContextMenuPolicy(Qt::NoContextMenu); // the menu is that of the finding
    }
}

} // namespace whyrst
