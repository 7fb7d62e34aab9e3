// A label for texts that come from a capture: never HTML, wrapped, and free to mark and copy.
#pragma once

#include <QLabel>

namespace whyrst {

class PlainLabel : public QLabel
{
    Q_OBJECT

public:
    enum class Style : uint8_t
    {
        Normal,
        Faint,   ///< less contrast, still 4.5:1
        Title,   ///< large and bold
        Heading, ///< bold
        Code,    ///< fixed width
    };

    PlainLabel(const QString& text, Style style, QWidget* parent = nullptr);

    /// Adds words with less contrast behind the text, on the same line where they fit; only after a
    /// middle dot are they broken.
    void setFaintEnd(const QString& words);
    /// The text with the words behind it.
    QString plainText() const;

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void applyStyle();
    void showFaintEnd();

    Style m_style;
    QString m_text; ///< before the faint end; empty without one
    QString m_faintEnd;
};

} // namespace whyrst
