// What the programs and a box said just before the reset (diagnosis.md 4.4).
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/remarks.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr Duration justBefore = std::chrono::seconds(10); ///< heuristic: programs close soon after such a message
constexpr uint16_t firstCitrixCode = 9700;                // diagnosis.md 4.4
constexpr uint16_t lastCitrixCode = 9999;                 ///< heuristic: the codes that are known lie below
constexpr uint32_t rowsBack = 16;                         ///< in which the window of the RST is looked for

/// Whether the sender of the RST in `row` had not announced its window lately.
bool isWindowOfItsOwn(const Flow& flow, uint32_t row, uint16_t window)
{
    for (uint32_t back = row > rowsBack ? row - rowsBack : 0; back < row; ++back) {
        if (flow.segments.at(back).rawWindow == window)
            return false;
    }
    return true;
}

void addRequest(Diagnosis& diagnosis, const ResetContext& reset)
{
    const std::optional<RejectedRequest> request = requestRejectedBy(reset.connection, *reset.reset);
    if (!request)
        return;
    diagnosis.remarks.push_back({"request",
        std::string("The ") + sideName(request->from) + " had asked for " + request->name + " "
            + humanDuration(request->before) + " before (#" + std::to_string(request->frame.value)
            + "), and had no answer.",
        request->frame});
}

} // namespace

std::vector<SaidBefore> saidBefore(const ResetContext& reset)
{
    std::vector<SaidBefore> found;
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<LastWords>& words = reset.flow(side).rare->lastWords;
        if (!words)
            continue;
        const Segment said = reset.flow(side).segments.at(words->row);
        const Duration before = reset.time - said.time;
        const bool isAfter = !reset.isDeath() && said.frame > reset.reset->segment.frame;
        if (before >= Duration() && before <= justBefore && !isAfter)
            found.push_back({side, words->text, said.frame, before});
    }
    return found;
}

void addLastWords(Diagnosis& diagnosis, const ResetContext& reset)
{
    for (const SaidBefore& said : saidBefore(reset)) {
        diagnosis.remarks.push_back({"last-words",
            std::string("The ") + sideName(said.side) + " said " + humanDuration(said.before) + " before (#"
                + std::to_string(said.frame.value) + "): \"" + said.text + "\".",
            said.frame});
    }
    if (reset.isDeath())
        return;
    addRequest(diagnosis, reset);
    const uint16_t window = reset.reset->segment.rawWindow;
    if (window >= firstCitrixCode && window <= lastCitrixCode
        && isWindowOfItsOwn(reset.flow(reset.x), reset.reset->row, window))
        diagnosis.remarks.push_back({"window-code",
            "The RST bears the window " + groupedDigits(window)
                + ", which its packets before had not: from a Citrix ADC (NetScaler) it is the code of the reason.",
            reset.reset->segment.frame});
}

} // namespace whyrst
