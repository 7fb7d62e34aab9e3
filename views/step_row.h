// One step of the chain in the panel: its badge, its packet and time, its sentence.
#pragma once

#include "model/diagnosis/diagnosis.h"

#include <QFrame>

class QVBoxLayout;

namespace whyrst {

/// What a row says.
struct StepText
{
    int number = 0; ///< from 1
    QString place;  ///< "#31 · 0.452 s · client"
    QString sentence;
    bool isReset = false;
    bool isGhost = false;
};

/// A click, Return or Space selects the step; its text can be marked and copied.
class StepRow : public QFrame
{
    Q_OBJECT

public:
    explicit StepRow(const StepText& text, QWidget* parent = nullptr);

    void setSelected(bool isSelected);
    /// Adds something below the sentence.
    void addBelow(QWidget* widget);
    int number() const { return m_number; }
    bool isSelected() const { return m_isSelected; }

signals:
    void activated(int number);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QVBoxLayout* m_words;
    int m_number;
    bool m_isSelected = false;
};

} // namespace whyrst
