#include "views/compare/finding_list.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"

#include <QLabel>
#include <QPushButton>

#include <algorithm>

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

/// Whether packets of the finding count as lost only if the other capture was still running.
bool hangsOnTheEnd(const PairDetails& details, const CompareFinding& finding)
{
    const auto isAfterEnd = [&](Side capture, PacketNumber frame) {
        const std::optional<uint32_t> index = details.relationOf(capture, frame);
        if (!index)
            return false;
        const PacketRelation& relation = details.relations()[*index];
        return relation.sentRow != PacketRelation::noRow
            && details.pair().way(relation.flow).sent[relation.sentRow] == SentVerdict::AfterEnd;
    };
    const auto isAny = [&](Side capture, const std::vector<PacketNumber>& frames) {
        return std::ranges::any_of(frames, [&](PacketNumber frame) { return isAfterEnd(capture, frame); });
    };
    return isAny(Side::Client, finding.clientFrames) || isAny(Side::Server, finding.serverFrames);
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
        const StepText& text = steps[static_cast<size_t>(row->number()) - 1];
        row->setAccessibleName(tr("Finding %1: %2").arg(text.number).arg(text.sentence));
        for (QLabel* label : row->findChildren<QLabel*>())
            label->setContextMenuPolicy(Qt::NoContextMenu); // the menu is that of the finding
    }
    for (size_t index = 0; index < rows().size(); ++index) {
        if (hangsOnTheEnd(*details, details->pair().findings[index]))
            offerStillRunning(rows()[index]);
    }
}

void FindingList::offerStillRunning(StepRow* row)
{
    auto* button = new QPushButton(tr("The capture was still running"), row);
    button->setToolTip(
        tr("Then these packets are lost: compares once more (Compare > The captures were still running)"));
    connect(button, &QPushButton::clicked, this, &FindingList::stillRunningRequested);
    row->addBelow(button);
}

QPushButton* FindingList::stillRunningButton(int number) const
{
    return rows()[static_cast<size_t>(number) - 1]->findChild<QPushButton*>();
}

} // namespace whyrst
