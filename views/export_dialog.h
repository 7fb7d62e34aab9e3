// Size and looks of a picture of the charts.
#pragma once

#include "views/charts/theme.h"

#include <QDialog>
#include <QSize>

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;

namespace whyrst {

/// What a person chose. The picture has `size` times `scale` pixels.
struct ExportChoice
{
    QSize size{1600, 900};
    int scale = 1;
    ChartTheme theme = ChartTheme::Light;
    bool masksAddresses = false; ///< names in the place of all addresses
};

class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ExportDialog(const ExportChoice& choice, QWidget* parent = nullptr);

    ExportChoice choice() const;

private:
    void showPixels();

    QSpinBox* m_width;
    QSpinBox* m_height;
    QSpinBox* m_scale;
    QComboBox* m_theme;
    QCheckBox* m_mask;
    QLabel* m_pixels;
};

} // namespace whyrst
