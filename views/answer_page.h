// The answer for one diagnosis, section by section, as the panel scrolls it.
#pragma once

#include "model/document/session.h"

#include <QWidget>

#include <vector>

class QAbstractButton;
class QVBoxLayout;

namespace whyrst {

class StepRow;

/// Texts, chain and tables of the diagnosis that the session shows; they stay as they are. Packet numbers are links.
class AnswerPage : public QWidget
{
    Q_OBJECT

public:
    explicit AnswerPage(const Session* session, QWidget* parent = nullptr);

    /// Rows of the chain, in order.
    const std::vector<StepRow*>& steps() const { return m_steps; }
    /// Shows and hides the conditions of other causes, which are folded at first; null: there are none.
    QAbstractButton* others() const { return m_others; }

signals:
    void stepActivated(int number);
    void packetActivated(whyrst::PacketNumber frame);

private:
    void addDiagnosis(QVBoxLayout* layout, const Diagnosis& diagnosis);
    void addEmpty(QVBoxLayout* layout) const;
    void addAnswer(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addChain(QVBoxLayout* layout, const Diagnosis& diagnosis);
    void addActions(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addProofs(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addConditions(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addAlternatives(QVBoxLayout* layout, const Diagnosis& diagnosis);
    void addOtherConditions(QVBoxLayout* layout, const Diagnosis& diagnosis);
    void addMeasured(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addRemarks(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addMissing(QVBoxLayout* layout, const Diagnosis& diagnosis) const;
    void addOtherUses(QVBoxLayout* layout) const;
    void linkPackets();

    const Session* m_session;
    std::vector<StepRow*> m_steps;
    QAbstractButton* m_others = nullptr;
};

} // namespace whyrst
