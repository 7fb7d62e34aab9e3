// Progress of a load, with Cancel, or with Stop where there is no other end.
#pragma once

#include "model/document/trace_loader.h"

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace whyrst {

class LoadingBar : public QFrame
{
    Q_OBJECT

public:
    explicit LoadingBar(QWidget* parent = nullptr);

    void begin(const LoadRequest& request);
    void setState(const LoadState& state);
    /// Other work than loading one capture: what is done, and the fraction done, negative when it cannot be known.
    void showWork(const QString& what, double fraction);
    QString text() const;
    QPushButton* cancelButton() const { return m_cancel; }

signals:
    void cancelRequested();

private:
    void setFraction(double fraction);
    void setCancel(const QString& word, const QString& hint);

    QLabel* m_text;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    LoadRequest m_request;
    bool m_isGrowing = false;
};

} // namespace whyrst
