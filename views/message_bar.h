// One sentence above the panes: what is odd about the capture, or why a file was not opened.
#pragma once

#include <QFrame>

class QLabel;

namespace whyrst {

class PlainLabel;

/// Hidden without a message; the cross or Escape closes it.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind : uint8_t
    {
        Note,
        Error
    };

    explicit MessageBar(QWidget* parent = nullptr);

    /// Shows `sentence`; `details` is a tool tip with more, plain text.
    void showMessage(Kind kind, const QString& sentence, const QString& details = {});
    QString message() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLabel* m_icon;
    PlainLabel* m_text;
};

} // namespace whyrst
