// Progress of a load, with Cancel.
#pragma once

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

    void begin(const QString& fileName);
    /// `fraction` below 0: it cannot be known.
    void setProgress(double fraction, quint64 packets);
    QPushButton* cancelButton() const { return m_cancel; }

signals:
    void cancelRequested();

private:
    QLabel* m_text;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    QString m_fileName;
};

} // namespace whyrst
