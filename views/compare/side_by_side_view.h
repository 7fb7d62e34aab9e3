// What the two views of comparisons share: panes that are divided once the size is known.
#pragma once

#include <QWidget>

namespace whyrst {

class SideBySideView : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    /// Divides the panes. Called once, when the view is visible and has got its size.
    virtual void layOut() = 0;

private:
    void layOutOnce();

    bool m_isLaidOut = false;
};

} // namespace whyrst
