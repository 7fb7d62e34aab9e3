// A button that is on or off, and shows it in light and dark by more than a shade.
#pragma once

#include <QToolButton>

namespace whyrst {

/// A line below the text marks the button that is on.
class ToggleButton : public QToolButton
{
    Q_OBJECT

public:
    explicit ToggleButton(const QString& text, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace whyrst
