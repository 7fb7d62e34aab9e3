#include "views/filter_box.h"

#include "model/capture/filtered_reader.h"
#include "model/document/document_text.h"
#include "views/plain_label.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace whyrst {
namespace {

constexpr int problemLines = 3; // room for the longest reasons: the dialog keeps its size while one types

} // namespace

FilterBox::FilterBox(QWidget* parent)
    : QWidget(parent)
    , m_line(new QLineEdit(this))
    , m_problem(new PlainLabel(QString(), PlainLabel::Style::Faint, this))
{
    m_line->setPlaceholderText(tr("for example: host 192.0.2.1 and port 443"));
    m_line->setAccessibleName(tr("Capture filter"));
    m_line->setToolTip(tr("<p>An expression as tcpdump takes it: <b>host 192.0.2.1</b>, <b>net 10.0.0.0/8</b>, "
                          "<b>port 443</b>, with <b>and</b>, <b>or</b>, <b>not</b>. Empty: every packet.</p>"));
    m_line->setClearButtonEnabled(true);
    m_problem->setMinimumHeight(problemLines * fontMetrics().lineSpacing());
    m_problem->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_line);
    layout->addWidget(m_problem);
    setFocusProxy(m_line);
    connect(m_line, &QLineEdit::textChanged, this, &FilterBox::check);
}

QString FilterBox::filter() const
{
    return m_line->text().trimmed();
}

QString FilterBox::problem() const
{
    return m_problem->text();
}

void FilterBox::check()
{
    const std::string expression = filter().toStdString();
    const auto error = expression.empty() ? std::nullopt : checkFilter(expression, {});
    m_problem->setText(error ? toQString(sentenceFor(*error)) : QString());
    m_isUsable = !error;
    emit usableChanged(m_isUsable);
}

} // namespace whyrst
