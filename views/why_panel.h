// The answer: why the connection was reset, with its chain, what to do next, and what it was not.
#pragma once

#include "model/document/session.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace whyrst {

class AnswerPage;
class StepRow;

/// Shows the diagnosis that the session shows.
class WhyPanel : public QWidget
{
    Q_OBJECT

public:
    explicit WhyPanel(const Session* session, QWidget* parent = nullptr);

    /// Rows of the chain, in order.
    const std::vector<StepRow*>& steps() const;
    /// Highlights a step and brings it into sight; 0: none. No signal. The first call for a new answer does not scroll:
    /// an answer is read from its beginning.
    void setSelectedStep(int number);
    /// The diagnosis as text for a report, as the command line prints it.
    QString reportText() const;

public slots:
    void rebuild();
    /// Shows what is new in the answer; without news nothing moves.
    void refresh();
    void copyReport();

signals:
    void stepActivated(int number);
    /// A packet number in the texts was followed.
    void packetActivated(whyrst::PacketNumber frame);
    /// Another RST of the connection was chosen.
    void resetChosen(whyrst::PacketNumber frame);
    void exportRequested();
    void copied();

private:
    void createButtons(QVBoxLayout* layout);
    void createChooser(QVBoxLayout* layout);
    void fillChooser();
    void showPage(AnswerPage* page);
    QString shownText() const;

    const Session* m_session;
    QScrollArea* m_scroll;
    QComboBox* m_chooser;
    QPushButton* m_copy;
    QPushButton* m_export;
    AnswerPage* m_page = nullptr;
    QString m_shownText;          ///< what is shown, as text
    bool m_areOthersOpen = false; ///< the conditions of other causes
    bool m_isNew = true;          ///< nothing was selected in this answer yet
};

} // namespace whyrst
