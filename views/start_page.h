// What the window shows before a capture is open.
#pragma once

#include <QStringList>
#include <QWidget>

class QListWidget;
class QPushButton;

namespace whyrst {

class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);

    void setRecentFiles(const QStringList& files);
    QPushButton* sampleButton() const { return m_sample; }

signals:
    void openRequested();
    void compareRequested();
    void captureRequested();
    void sampleRequested();
    void fileRequested(const QString& file);

private:
    QPushButton* m_open;
    QPushButton* m_compare;
    QPushButton* m_capture;
    QPushButton* m_sample;
    QWidget* m_recentBox;
    QListWidget* m_recent;
};

} // namespace whyrst
