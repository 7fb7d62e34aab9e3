// Asks for a filter before files are opened.
#pragma once

#include <QDialog>

namespace whyrst {

class FilterBox;

class FilterDialog : public QDialog
{
    Q_OBJECT

public:
    /// `name` says what will be opened.
    explicit FilterDialog(const QString& name, QWidget* parent = nullptr);

    QString filter() const;
    FilterBox* filterBox() const { return m_filter; }

private:
    FilterBox* m_filter;
};

} // namespace whyrst
