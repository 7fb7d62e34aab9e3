// What summaries are made of: the two sides and the facts of a diagnosis in words.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <algorithm>
#include <string>

namespace whyrst {

/// The words that a summary is made of.
class Words
{
public:
    Words(const Diagnosis& diagnosis, const ResetContext& reset)
        : m_diagnosis(diagnosis)
        , m_reset(reset)
    {
    }

    std::string x() const { return std::string("the ") + sideName(m_reset.x); }
    std::string y() const { return std::string("the ") + sideName(m_reset.y); }
    std::string s() const { return std::string("the ") + sideName(m_diagnosis.dataSender.value_or(m_reset.x)); }
    std::string r() const
    {
        return std::string("the ") + sideName(otherSide(m_diagnosis.dataSender.value_or(m_reset.x)));
    }
    /// Text of the fact; empty without it.
    std::string fact(const char* name) const
    {
        const auto found = std::find_if(m_diagnosis.facts.begin(), m_diagnosis.facts.end(),
            [name](const Fact& candidate) { return candidate.name == name; });
        return found == m_diagnosis.facts.end() ? "" : found->text;
    }
    /// Number of the fact; 0 without it.
    int64_t number(const char* name) const
    {
        const auto found = std::find_if(m_diagnosis.facts.begin(), m_diagnosis.facts.end(),
            [name](const Fact& candidate) { return candidate.name == name; });
        return found == m_diagnosis.facts.end() ? 0 : found->number.value_or(0);
    }
    bool hasSub(const char* name) const
    {
        return std::find(m_diagnosis.subs.begin(), m_diagnosis.subs.end(), name) != m_diagnosis.subs.end();
    }

private:
    const Diagnosis& m_diagnosis;
    const ResetContext& m_reset;
};

/// With a capital first letter.
inline std::string capital(std::string sentence)
{
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    return sentence;
}

/// The summary of a cause about delivery or the flow of data, as sure as `confidence`; empty for the others.
std::string deliverySummary(
    const Words& words, const Diagnosis& diagnosis, const ResetContext& reset, Confidence confidence);

} // namespace whyrst
