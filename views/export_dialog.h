// Size and looks of a picture of the charts.
#pragma once

#include "views/charts/theme.h"

#include <QDialog>
#include <QSize>

#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace whyrst {

/// What a person chose. The picture has `size` times `scale` pixels.
struct ExportChoice
{
    QSize size{1600, 900};
    int scale = 1;
    ChartTheme theme = ChartTheme::Light;
    bool masksAddresses = false;  ///< names in the place of all addresses
    QString title{};              ///< a line of the user's own above the picture; may be empty
    std::optional<int> finding{}; ///< number of the only finding of a comparison to show; nothing: what is seen
};

class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ExportDialog(const ExportChoice& choice, QWidget* parent = nullptr);

    /// Offers pictures of single findings, by number from 1, beside that of what is on the screen; `chosen` at first.
    void offerFindings(const QStringList& findings, std::optional<int> chosen);

    ExportChoice choice() const;

private:
    void showPixels();

    QFormLayout* m_form;
    QSpinBox* m_width;
    QSpinBox* m_height;
    QSpinBox* m_scale;
    QComboBox* m_theme;
    QCheckBox* m_mask;
    QLineEdit* m_title;
    QComboBox* m_subject;
    QLabel* m_pixels;
};

} // namespace whyrst
