#include "model/diagnosis/evidence.h"

#include <algorithm>

namespace whyrst {

namespace {

Role resendRole(Kinds kinds)
{
    if (kinds.has(Kind::FastRetransmission))
        return Role::FastRtx;
    return kinds.has(Kind::TailLossProbe) ? Role::Tlp : Role::RtoRtx;
}

void fold(EvidenceStep& into, const EvidenceStep& step)
{
    into.lastFrame = step.lastFrame ? step.lastFrame : step.frame;
    into.lastTime = step.lastTime ? step.lastTime : step.time;
    into.count += step.count;
    into.ordinal = std::max(into.ordinal, step.ordinal);
    if (!into.firstSince)
        into.firstSince = into.since;
    into.since = step.since;
}

} // namespace

Evidence::Evidence(const ResetContext& context, CauseId cause, Confidence confidence)
    : m_context(context)
{
    m_diagnosis.cause = cause;
    m_diagnosis.confidence = confidence;
    m_diagnosis.harm = harmByLedger(context);
    m_diagnosis.time = context.time;
    m_diagnosis.from = context.x;
}

EvidenceStep Evidence::stepFor(Role role, const LocatedSegment& located) const
{
    const Segment& segment = located.segment;
    EvidenceStep step;
    step.role = role;
    step.frame = segment.frame;
    step.time = segment.time;
    step.flow = located.side;
    step.seq = m_context.flow(located.side).rawSeq(segment.seq);
    step.offset = segment.seq;
    step.length = segment.segLen();
    return step;
}

Evidence& Evidence::add(Role role, const LocatedSegment& located)
{
    if (m_context.isBrief)
        return *this;
    m_diagnosis.chain.push_back(stepFor(role, located));
    return *this;
}

Evidence& Evidence::add(Role role, Side side, uint32_t row)
{
    if (m_context.isBrief)
        return *this;
    return add(role, LocatedSegment{side, row, m_context.flow(side).segments.at(row)});
}

Evidence& Evidence::addFolded(Role role, Side side, std::span<const uint32_t> rows)
{
    if (rows.empty() || m_context.isBrief)
        return *this;
    const SegmentRows& segments = m_context.flow(side).segments;
    EvidenceStep step = stepFor(role, {side, rows.front(), segments.at(rows.front())});
    step.count = static_cast<uint32_t>(rows.size());
    if (rows.size() > 1) {
        const Segment last = segments.at(rows.back());
        step.lastFrame = last.frame;
        step.lastTime = last.time;
    }
    m_diagnosis.chain.push_back(step);
    return *this;
}

Evidence& Evidence::addResends(Side side, std::span<const uint32_t> rows, size_t separate)
{
    if (m_context.isBrief)
        return *this;
    const SegmentRows& segments = m_context.flow(side).segments;
    for (size_t index = 1; index < rows.size(); ++index) {
        const LocatedSegment located{side, rows[index], segments.at(rows[index])};
        EvidenceStep step = stepFor(resendRole(m_context.flowAnalysis(side).kinds[rows[index]]), located);
        step.ordinal = static_cast<uint32_t>(index) + 1;
        step.since = located.segment.time - segments.at(rows[index - 1]).time;
        const bool foldable = index > separate && m_diagnosis.chain.back().role == step.role;
        if (foldable)
            fold(m_diagnosis.chain.back(), step);
        else
            m_diagnosis.chain.push_back(step);
    }
    return *this;
}

Evidence& Evidence::addGhost(Role role, Side side, Timestamp time)
{
    if (m_context.isBrief)
        return *this;
    EvidenceStep step;
    step.role = role;
    step.time = time;
    step.flow = side;
    step.isGhost = true;
    m_diagnosis.chain.push_back(step);
    return *this;
}

Evidence& Evidence::addSpan(Role role, Timestamp begin, Timestamp end, std::optional<LocatedSegment> from)
{
    if (m_context.isBrief)
        return *this;
    EvidenceStep step;
    step.role = role;
    step.time = begin;
    step.lastTime = end;
    step.since = end - begin;
    if (from) {
        step.frame = from->segment.frame;
        step.flow = from->side;
    }
    m_diagnosis.chain.push_back(step);
    return *this;
}

Evidence& Evidence::addIcmp(Role role, std::span<const uint32_t> errors)
{
    if (m_context.isBrief)
        return *this;
    const std::vector<IcmpEvent>& events = m_context.connection.icmpErrors();
    const IcmpEvent& first = events[errors.front()];
    EvidenceStep step;
    step.role = role;
    step.frame = first.frame;
    step.time = first.time;
    step.count = static_cast<uint32_t>(errors.size());
    if (errors.size() > 1) {
        step.lastFrame = events[errors.back()].frame;
        step.lastTime = events[errors.back()].time;
    }
    m_diagnosis.chain.push_back(step);
    return *this;
}

Evidence& Evidence::addReset()
{
    if (m_context.isBrief)
        return *this;
    if (m_context.form.trigger) {
        const PacketNumber frame = m_context.form.trigger->segment.frame;
        const bool known = std::any_of(m_diagnosis.chain.begin(), m_diagnosis.chain.end(),
            [&](const EvidenceStep& step) { return step.frame == frame; });
        if (!known)
            add(Role::Trigger, *m_context.form.trigger);
    }
    if (m_context.reset) {
        add(Role::Rst, *m_context.reset);
        if (m_context.trouble && !m_context.trouble->copies.empty())
            m_diagnosis.chain.back().since = m_context.time - m_context.trouble->lastSend;
    }
    if (m_context.effect.retry)
        add(Role::ChallengeAck, *m_context.effect.challenge).add(Role::RstCopy, *m_context.effect.retry);
    return *this;
}

Evidence& Evidence::fact(std::string_view name, int64_t number, std::string text)
{
    if (m_context.isBrief)
        return *this;
    m_diagnosis.facts.push_back({std::string(name), std::move(text), number});
    return *this;
}

Evidence& Evidence::fact(std::string_view name, Duration duration)
{
    return m_context.isBrief ? *this : fact(name, duration.count(), humanDuration(duration));
}

Evidence& Evidence::sub(std::string_view name)
{
    m_diagnosis.subs.emplace_back(name);
    return *this;
}

Evidence& Evidence::harm(Harm value)
{
    m_diagnosis.harm = value;
    return *this;
}

Evidence& Evidence::mechanism(Mechanism value)
{
    m_diagnosis.mechanism = value;
    return *this;
}

Evidence& Evidence::dataSender(Side side)
{
    m_diagnosis.dataSender = side;
    return *this;
}

Evidence& Evidence::wait(Duration length)
{
    m_diagnosis.wait = length;
    return *this;
}

Evidence& Evidence::possible(CauseId cause)
{
    m_diagnosis.alternatives.push_back({cause, Confidence::Possible, {}});
    return *this;
}

Evidence& Evidence::excluded(CauseId cause, std::string_view by)
{
    if (m_context.isBrief)
        return *this;
    m_diagnosis.alternatives.push_back({cause, std::nullopt, std::string(by)});
    return *this;
}

Evidence& Evidence::missing(Missing code)
{
    m_diagnosis.missing.push_back(code);
    return *this;
}

Diagnosis Evidence::take()
{
    std::vector<EvidenceStep>& chain = m_diagnosis.chain;
    std::stable_sort(
        chain.begin(), chain.end(), [](const EvidenceStep& a, const EvidenceStep& b) { return a.time < b.time; });
    while (chain.size() > longestChain) {
        bool folded = false;
        for (size_t index = chain.size() - 1; index-- > 1 && !folded;) {
            if (chain[index].role != chain[index - 1].role)
                continue;
            fold(chain[index - 1], chain[index]);
            chain.erase(chain.begin() + static_cast<std::ptrdiff_t>(index));
            folded = true;
        }
        if (!folded)
            chain.erase(chain.begin() + 1); // the first and the last steps carry the story
    }
    return std::move(m_diagnosis);
}

Cohort cohortOf(const ResetContext& context, CauseId cause, Duration wait)
{
    return context.trace.cohorts.of(
        {cause, context.form.form, context.reset->segment.ttl, wait, context.connection.id, context.time});
}

Harm harmByLedger(const ResetContext& context)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const SenderState& sender = context.atReset.sender(side);
        const bool dataOutstanding = sender.hasOutstanding() && sender.sndNxt > StreamOffset{1};
        if (dataOutstanding && !context.allAcknowledgedButAlert(side))
            return Harm::DataLost;
    }
    return Harm::Unknown;
}

} // namespace whyrst
