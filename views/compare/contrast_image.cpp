#include "views/compare/contrast_image.h"

#include "model/charts/contrast_chart.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"

#include <algorithm>

namespace whyrst {
namespace {

constexpr QSize pictureSize(1600, 1000); ///< logical pixels
constexpr size_t mostSteps = 5;          ///< a picture has no room for more sentences
constexpr int marginShare = 30;

/// The first divergence and what else is marked, with their numbers; one mark for both charts.
std::vector<ChartMark> stepsOf(const ConnectionContrast& contrast)
{
    const Divergence& divergence = contrast.divergence();
    std::vector<ChartMark> steps;
    for (size_t index = 0; index < divergence.differences.size(); ++index) {
        const Difference& difference = divergence.differences[index];
        const bool hasRoom = steps.size() < mostSteps || divergence.first == index;
        if (!isMarked(divergence, index) || !hasRoom)
            continue;
        ChartMark step;
        step.number = static_cast<int>(index) + 1;
        step.text = difference.text;
        step.isReset = difference.weight == Weight::Trouble;
        step.time = difference.place(Outcome::Bad).since.value_or(Duration());
        steps.push_back(step);
    }
    return steps;
}

} // namespace

TimeSpan storySpan(const ConnectionContrast& contrast)
{
    const Connection& good = contrast.connection(Outcome::Good);
    const Difference* first = contrast.divergence().firstDifference();
    const auto span = first ? differenceSpan(*first) : std::nullopt;
    const Duration end
        = std::min(std::max(good.lastTime - good.firstTime, span ? span->end : Duration()), contrast.length());
    return {-end / marginShare, end + end / marginShare};
}

ChartImageRequest describeContrastImage(const ConnectionContrast& contrast, Side flow)
{
    ChartImageRequest request;
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        request.title << knownConnectionWords(outcome, contrast);
        request.charts.push_back(contrast.chart(outcome, flow));
    }
    request.span = storySpan(contrast);
    request.heading = QStringLiteral("Good against bad, both since their first packet");
    request.summary = toQString(contrast.divergence().summary);
    request.steps = stepsOf(contrast);
    request.size = pictureSize;
    return request;
}

} // namespace whyrst
