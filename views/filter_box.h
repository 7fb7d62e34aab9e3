// A line for a capture filter that says at once whether it can be used.
#pragma once

#include <QWidget>

class QLineEdit;

namespace whyrst {

class PlainLabel;

/// A BPF expression as tcpdump takes it; below it libpcap's reason when it is none. Empty is usable: every packet.
class FilterBox : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBox(QWidget* parent = nullptr);

    QString filter() const;
    bool isUsable() const { return m_isUsable; }
    QLineEdit* line() const { return m_line; }
    /// Why the filter cannot be used; empty when it can.
    QString problem() const;

signals:
    void usableChanged(bool isUsable);

private:
    void check();

    QLineEdit* m_line;
    PlainLabel* m_problem;
    bool m_isUsable = true;
};

} // namespace whyrst
