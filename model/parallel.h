// Work on many independent things with several threads, and the results in order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace whyrst {

/// The state of one `makeInOrder`. The indices are made in tasks; few tasks wait to be taken at a time.
template <typename Make, typename Take> class InOrder
{
public:
    InOrder(size_t count, unsigned threads, const Make& make, const Take& take)
        : m_make(make)
        , m_take(take)
        , m_count(count)
        , m_threads(threads)
        , m_mostTasks(threads > 1 ? tasksPerThread * threads : 1)
    {
    }

    /// Makes and takes all. Called once.
    void run()
    {
        std::vector<std::jthread> helpers = startHelpers();
        std::unique_lock lock(m_mutex);
        while (!m_isOver && (m_next < m_count || !m_tasks.empty())) {
            if (!takeFirst(lock) && !makeTask(lock))
                m_changed.wait(lock);
        }
        finish();
        lock.unlock();
        helpers.clear();
        if (m_failure)
            std::rethrow_exception(m_failure);
    }

private:
    static constexpr size_t perTask = 256;
    static constexpr size_t tasksPerThread = 8;

    using Made = decltype(std::declval<const Make&>()(size_t{0}));
    struct Task
    {
        size_t begin = 0;
        size_t end = 0;
        std::vector<Made> made;
        std::exception_ptr failure;
        bool isDone = false;
    };

    /// As many as are of use; fewer when the system gives no more.
    std::vector<std::jthread> startHelpers()
    {
        std::vector<std::jthread> helpers;
        try {
            for (unsigned number = 1; number < m_threads && number * perTask < m_count; ++number)
                helpers.emplace_back([this] { help(); });
        } catch (const std::system_error&) { // fewer do it, too
        }
        return helpers;
    }

    void help()
    {
        std::unique_lock lock(m_mutex);
        while (!m_isOver) {
            if (!makeTask(lock))
                m_changed.wait(lock);
        }
    }

    /// Begins a task and makes its results. False: nothing to begin at present.
    bool makeTask(std::unique_lock<std::mutex>& lock)
    {
        if (m_isOver || m_next >= m_count || m_tasks.size() >= m_mostTasks)
            return false;
        Task& task = m_tasks.emplace_back();
        task.begin = m_next;
        m_next = std::min(m_count, m_next + perTask);
        task.end = m_next;
        lock.unlock();
        try {
            task.made.reserve(task.end - task.begin);
            for (size_t index = task.begin; index < task.end; ++index)
                task.made.push_back(m_make(index));
        } catch (...) {
            task.failure = std::current_exception();
        }
        lock.lock();
        task.isDone = true;
        m_changed.notify_all();
        return true;
    }

    /// Takes the results of the first task. False: they are not all made yet.
    bool takeFirst(std::unique_lock<std::mutex>& lock)
    {
        if (m_tasks.empty() || !m_tasks.front().isDone)
            return false;
        Task task = std::move(m_tasks.front());
        m_tasks.pop_front();
        m_changed.notify_all();
        lock.unlock();
        bool wantsMore = false;
        try {
            if (task.failure)
                std::rethrow_exception(task.failure);
            wantsMore = std::ranges::all_of(task.made, [this](Made& made) { return m_take(std::move(made)); });
        } catch (...) {
            m_failure = std::current_exception();
        }
        lock.lock();
        if (!wantsMore)
            finish();
        return true;
    }

    void finish()
    {
        m_isOver = true;
        m_changed.notify_all();
    }

    const Make& m_make;
    const Take& m_take;
    size_t m_count;
    unsigned m_threads;
    size_t m_mostTasks;

    std::mutex m_mutex; // guards what follows
    std::condition_variable m_changed;
    std::deque<Task> m_tasks; // in order; begun and not yet taken
    std::exception_ptr m_failure;
    size_t m_next = 0;
    bool m_isOver = false;
};

/// Calls `make(index)` for every index below `count` on up to `threads` threads (0: as many as there are processors),
/// and `take(result)` with the results in the order of the indices, on the calling thread, which makes too. `take`
/// returns false when it wants no more. Few results wait at a time. What `make` or `take` throws is thrown here.
template <typename Make, typename Take>
void makeInOrder(size_t count, unsigned threads, const Make& make, const Take& take)
{
    if (threads == 0)
        threads = std::max(1U, std::thread::hardware_concurrency());
    InOrder(count, threads, make, take).run();
}

} // namespace whyrst
