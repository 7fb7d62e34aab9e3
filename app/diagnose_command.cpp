#include "app/diagnose_command.h"

#include "app/command_line.h"
#include "app/diagnose_options.h"
#include "app/peer_capture.h"
#include "app/run_stats.h"
#include "model/export/comparison_text.h"
#include "model/export/rules_text.h"
#include "model/tcp/load_trace.h"

#include <atomic>

namespace whyrst {

namespace {

/// Diagnoses the files one by one.
class Batch
{
public:
    Batch(const DiagnoseOptions& options, std::ostream& out, std::ostream& err)
        : m_options(options)
        , m_out(out)
        , m_err(err)
        , m_output(makeDiagnoseOutput(options.format, options.merge ? 1 : options.files.size(), out))
    {
    }

    int run()
    {
        NoProgress progress;
        LoadOptions load;
        load.open.filter = m_options.filter;
        load.keepDuplicates = m_options.keepDuplicates;
        if (m_options.merge)
            diagnose([&] { return loadMergedTrace(m_options.files, load, progress); });
        for (const std::string& file : m_options.merge ? std::vector<std::string>() : m_options.files)
            diagnose([&] { return loadTrace(file, load, progress); });
        m_output->finish();
        if (m_options.explain)
            m_out << (m_options.files.empty() ? "" : "\n") << rulesText(m_options.settings);
        if (m_inputError)
            return exitUsage;
        return m_causeFound ? exitCauseFound : exitDone;
    }

private:
    template <typename Load> void diagnose(const Load& load)
    {
        StageClock clock;
        const Result<Trace> trace = load();
        if (!trace)
            return refuse(trace.error());
        const Duration reading = clock.lap();
        const Result<ConnectionRange> range = selectedConnections(*trace, m_options.selection);
        if (!range)
            return refuse(range.error());
        DiagnoseSelection selection = m_options.selection;
        const bool hasPeer = !m_options.peer.empty();
        const Result<Trace> other = hasPeer ? loadPeer() : Trace();
        const bool isEmpty = !other && other.error().code == ErrorCode::NoTcp; // it adds nothing, and is no mistake
        if (!other && !isEmpty)
            return refuse(other.error());
        if (isEmpty)
            tell(sentenceFor(other.error()) + " The answer is that of the other capture alone.");
        std::optional<PeerCapture> peer;
        if (hasPeer && other) {
            peer.emplace(*trace, *other, m_options.settings);
            if (!peer->hasPairs())
                return refuse(nothingInCommonText(peer->comparison()));
            selection.peer = &*peer;
        }
        m_output->addCapture(buildTraceContext(*trace, m_options.settings), *range, selection,
            [this](const DiagnosedConnection& diagnosed) {
                if (isFailure(m_options.failOn, diagnosed.diagnosis))
                    m_causeFound = true;
            });
        if (m_options.stats)
            writeStats(
                m_err, {trace->capture.file, trace->capture.packets, trace->connections.size(), reading, clock.lap()});
    }

    Result<Trace> loadPeer() const
    {
        NoProgress progress;
        LoadOptions load;
        load.open.filter = m_options.filter;
        load.keepDuplicates = m_options.keepDuplicates;
        return loadTrace(m_options.peer, load, progress);
    }

    void refuse(const Error& error) { refuse(sentenceFor(error)); }

    void refuse(const std::string& sentence)
    {
        m_inputError = true;
        tell(sentence);
    }

    void tell(const std::string& sentence) const
    {
        usageError(m_err, QStringLiteral("diagnose"), QString::fromStdString(sentence));
    }

    const DiagnoseOptions& m_options;
    std::ostream& m_out;
    std::ostream& m_err;
    std::unique_ptr<DiagnoseOutput> m_output;
    bool m_inputError = false;
    std::atomic<bool> m_causeFound = false; ///< set by several threads
};

} // namespace

int runDiagnoseCommand(const QStringList& arguments, std::ostream& out, std::ostream& err)
{
    const std::variant<DiagnoseOptions, int> parsed = parseDiagnoseOptions(arguments, out, err);
    if (const int* status = std::get_if<int>(&parsed))
        return *status;
    return Batch(std::get<DiagnoseOptions>(parsed), out, err).run();
}

} // namespace whyrst
