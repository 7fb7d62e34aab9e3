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

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void applyStyle();

    Style m_style;
};

} // namespace whyrst
