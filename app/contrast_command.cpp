#include "app/contrast_command.h"

#include "app/command_line.h"
#include "model/document/connection_contrast.h"
#include "model/export/divergence_json.h"
#include "model/export/divergence_text.h"
#include "model/tcp/load_trace.h"
#include "views/charts/picture_mask.h"
#include "views/compare/contrast_image.h"

#include <array>
#include <memory>

namespace whyrst {

namespace {

/// A connection of a capture, or the sentence that says why there is none.
struct Chosen
{
    std::shared_ptr<const ConnectionDetails> details;
    std::string problem;
};

Result<OpenTrace> load(const QString& file, const ContrastRun& run)
{
    LoadOptions options;
    options.open.filter = run.filter;
    NoProgress progress;
    Result<Trace> trace = loadTrace(nativeName(file), options, progress);
    if (!trace)
        return trace.error();
    OpenTrace open;
    open.trace = std::make_shared<const Trace>(std::move(*trace));
    open.diagnosis = std::make_shared<const TraceDiagnosis>(diagnoseTrace(*open.trace, progress, run.settings));
    return open;
}

Chosen choose(const OpenTrace& open, const std::optional<uint32_t>& id, Outcome outcome)
{
    const size_t count = open.trace->connections.size();
    const std::string& file = open.trace->capture.file;
    const std::string option = std::string("--") + outcomeName(outcome);
    if (count == 0)
        return {nullptr, file + ": there is no TCP connection in it."};
    if (!id && count > 1)
        return {nullptr,
            file + ": it has " + std::to_string(count) + " connections: say which one is the " + outcomeName(outcome)
                + " one with " + option + " and its number, from 0."};
    if (id.value_or(0) >= count)
        return {nullptr,
            file + ": it has no connection " + std::to_string(*id) + ": give " + option + " a number from 0 to "
                + std::to_string(count - 1) + "."};
    return {makeConnectionDetails(open, ConnectionId(id.value_or(0))), {}};
}

Result<qint64> drawPicture(const ConnectionContrast& contrast, const ContrastRun& run)
{
    ChartImageRequest request = describeContrastImage(contrast, tellingDirection(contrast));
    request.scale = 2;
    if (!run.title.isEmpty())
        request.title.prepend(run.title);
    if (run.masksAddresses) {
        AddressMask mask = addressMask(contrast.connection(Outcome::Good));
        maskAddresses(mask, request);
    }
    return writePicture(encodePng(renderChartImage(request), request.scale), run.picture);
}

} // namespace

int runContrast(const ContrastRun& run, std::ostream& out, std::ostream& err)
{
    const auto fail = [&err](const std::string& sentence) {
        return usageError(err, QStringLiteral("compare"), QString::fromStdString(sentence));
    };
    std::array<Chosen, outcomeCount> chosen;
    OpenTrace open;
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const auto index = static_cast<qsizetype>(outcomeIndex(outcome));
        if (index < run.files.size()) {
            Result<OpenTrace> loaded = load(run.files[index], run);
            if (!loaded)
                return fail(sentenceFor(loaded.error()));
            open = *loaded;
        }
        chosen[outcomeIndex(outcome)] = choose(open, outcome == Outcome::Good ? run.good : run.bad, outcome);
        if (!chosen[outcomeIndex(outcome)].details)
            return fail(chosen[outcomeIndex(outcome)].problem);
    }
    if (run.files.size() == 1 && chosen[0].details->id == chosen[1].details->id)
        return fail("The good and the bad connection are the same one: give two different numbers.");
    const ConnectionContrast contrast(chosen[0].details, chosen[1].details);
    if (!run.picture.isEmpty()) {
        const Result<qint64> written = drawPicture(contrast, run);
        return written ? static_cast<int>(exitDone) : fail(sentenceFor(written.error()));
    }
    if (run.asJson) {
        JsonWriter json(out);
        writeDivergenceJson(json, contrast.both(), contrast.divergence());
    } else {
        out << divergenceText(contrast.both(), contrast.divergence());
    }
    return exitDone;
}

} // namespace whyrst
