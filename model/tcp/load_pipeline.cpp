#include "model/tcp/load_pipeline.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

namespace whyrst {

namespace {

constexpr size_t packetsPerBatch = 1024;
constexpr size_t bytesPerBatch = size_t{256} << 10; ///< what fits into the cache of one core
/// However slowly a source gives packets, those it gave go on after about this time.
constexpr std::chrono::milliseconds longestBatch(20);
constexpr size_t entriesPerThread = 4; ///< enough that nobody waits, little enough to stay in the cache

/// Makes the bytes of the last packet valid as long as the batch is.
void keepBytes(PacketBatch& batch, const std::shared_ptr<std::byte[]>& memory)
{
    Packet& packet = batch.packets.back();
    if (!memory) {
        std::shared_ptr<std::byte[]> copy(new std::byte[packet.bytes.size()]);
        std::memcpy(copy.get(), packet.bytes.data(), packet.bytes.size());
        packet.bytes = {copy.get(), packet.bytes.size()};
        batch.memory.push_back(std::move(copy));
    } else if (batch.memory.empty() || batch.memory.back() != memory) {
        batch.memory.push_back(memory);
    }
}

} // namespace

LoadPipeline::LoadPipeline(CaptureReader& reader, uint64_t hashSeed, std::function<bool(PacketBatch&)> add)
    : m_reader(reader)
    , m_hashSeed(hashSeed)
    , m_add(std::move(add))
{
}

/// False at the end of the capture.
bool LoadPipeline::readBatch(PacketBatch& batch)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + longestBatch;
    const size_t packetsPerLook = m_reader.size() == 0 ? 1 : 16; // a filter can make files slow, too
    size_t bytes = 0;
    while (bytes < bytesPerBatch && batch.packets.size() < packetsPerBatch) {
        if (batch.packets.size() % packetsPerLook == 0 && Clock::now() >= end)
            return true;
        Packet packet;
        const ReadStep step = m_reader.next(packet);
        if (step != ReadStep::Packet)
            return step == ReadStep::NothingYet;
        bytes += packet.bytes.size();
        batch.packets.push_back(packet);
        keepBytes(batch, m_reader.memory());
    }
    return true;
}

std::unique_ptr<PacketBatch> LoadPipeline::takeFreeBatch()
{
    if (m_free.empty())
        return std::make_unique<PacketBatch>();
    std::unique_ptr<PacketBatch> batch = std::move(m_free.back());
    m_free.pop_back();
    return batch;
}

void LoadPipeline::decode(PacketBatch& batch) const
{
    batch.decoded.resize(batch.packets.size());
    batch.keys.resize(batch.packets.size());
    for (size_t index = 0; index < batch.packets.size(); ++index) {
        DecodedPacket& decoded = batch.decoded[index];
        decoded = decodePacket(batch.packets[index]);
        if (const auto* segment = std::get_if<SegmentHeader>(&decoded))
            batch.keys[index] = keyOf(*segment, m_hashSeed);
    }
}

void LoadPipeline::decodeEntry(Lock& lock, Entry& entry)
{
    entry.stage = Stage::Decoding;
    PacketBatch& batch = *entry.batch;
    lock.unlock();
    decode(batch);
    lock.lock();
    entry.stage = Stage::Decoded;
    m_changed.notify_all();
}

void LoadPipeline::addFirst(Lock& lock)
{
    m_isAdding = true;
    std::unique_ptr<PacketBatch> batch = std::move(m_entries.front().batch);
    m_entries.pop_front();
    const bool isWanted = !m_hasEnough;
    lock.unlock();
    bool wantsMore = true;
    std::exception_ptr failure;
    try {
        wantsMore = !isWanted || m_add(*batch);
    } catch (...) {
        failure = std::current_exception();
    }
    batch->packets.clear();
    batch->memory.clear();
    lock.lock();
    m_isAdding = false;
    m_hasEnough = m_hasEnough || !wantsMore || failure;
    m_failure = failure ? failure : m_failure;
    m_free.push_back(std::move(batch));
    m_changed.notify_all();
}

/// Does what is next: adding comes before decoding, earlier batches before later ones. False: there is nothing to do.
bool LoadPipeline::workOnce(Lock& lock)
{
    if (!m_isAdding && !m_entries.empty() && m_entries.front().stage == Stage::Decoded) {
        addFirst(lock);
        return true;
    }
    const auto entry = std::ranges::find(m_entries, Stage::Read, &Entry::stage);
    if (entry == m_entries.end())
        return false;
    decodeEntry(lock, *entry);
    return true;
}

void LoadPipeline::workUntilDone()
{
    Lock lock(m_mutex);
    while (!m_isOver) {
        if (!workOnce(lock))
            m_changed.wait(lock);
    }
}

/// Tells the helpers to end.
class LoadPipeline::Ending
{
public:
    explicit Ending(LoadPipeline& pipeline)
        : m_pipeline(pipeline)
    {
    }
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending()
    {
        const std::scoped_lock lock(m_pipeline.m_mutex);
        m_pipeline.m_isOver = true;
        m_pipeline.m_changed.notify_all();
    }

private:
    LoadPipeline& m_pipeline;
};

void LoadPipeline::run(unsigned threads, const std::function<bool()>& keepReading)
{
    std::vector<std::jthread> helpers;
    const Ending ending(*this); // before the helpers are joined, whatever is thrown
    try {
        while (helpers.size() + 1 < threads)
            helpers.emplace_back([this] { workUntilDone(); });
    } catch (const std::system_error&) {
        threads = static_cast<unsigned>(helpers.size()) + 1; // the system gives no more
    }
    const size_t mostEntries = threads > 1 ? entriesPerThread * threads : 1;

    Lock lock(m_mutex);
    bool isReading = true;
    while (isReading || !m_entries.empty() || m_isAdding) {
        if (isReading && m_entries.size() < mostEntries) {
            std::unique_ptr<PacketBatch> batch = takeFreeBatch();
            lock.unlock();
            isReading = readBatch(*batch) && keepReading();
            lock.lock();
            isReading = isReading && !m_hasEnough;
            m_entries.push_back({std::move(batch)});
            m_changed.notify_all();
        } else if (!workOnce(lock)) {
            m_changed.wait(lock);
        }
    }
    if (m_failure)
        std::rethrow_exception(m_failure);
}

} // namespace whyrst
