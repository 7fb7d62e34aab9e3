// Work on many independent things with several threads, and the results in order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace whyrst {

/// Calls `make(index)` for every index below `count` on up to `threads` threads (0: as many as there are processors),
/// and `take(result)` with the results in the order of the indices, on the calling thread, which makes too. `take`
/// returns false when it wants no more. Few results wait at a time. What `make` or `take` throws is thrown here.
template <typename Make, typename Take>
void makeInOrder(size_t count, unsigned threads, const Make& make, const Take& take)
{
    using Made = decltype(make(size_t{0}));
    constexpr size_t perTask = 32;
    constexpr size_t tasksPerThread = 8;

    struct Task
    {
        size_t begin = 0;
        std::vector<Made> made;
        std::exception_ptr failure;
        bool isDone = false;
    };
    std::mutex mutex; // guards what follows
    std::condition_variable changed;
    std::deque<Task> tasks; // in order; begun and not yet taken
    size_t next = 0;
    bool isOver = false;

    if (threads == 0)
        threads = std::max(1U, std::thread::hardware_concurrency());
    const size_t mostTasks = threads > 1 ? tasksPerThread * threads : 1;

    // Begins a task and makes its results. False: nothing to begin at present.
    const auto makeSome = [&](std::unique_lock<std::mutex>& lock) {
        if (isOver || next >= count || tasks.size() >= mostTasks)
            return false;
        Task& task = tasks.emplace_back();
        task.begin = next;
        next = std::min(count, next + perTask);
        const size_t end = next;
        lock.unlock();
        try {
            for (size_t index = task.begin; index < end; ++index)
                task.made.push_back(make(index));
        } catch (...) {
            task.failure = std::current_exception();
        }
        lock.lock();
        task.isDone = true;
        changed.notify_all();
        return true;
    };
    const auto finish = [&] {
        const std::scoped_lock lock(mutex);
        isOver = true;
        changed.notify_all();
    };

    std::vector<std::jthread> helpers;
    for (unsigned number = 1; number < threads && number * perTask < count; ++number) {
        helpers.emplace_back([&] {
            std::unique_lock lock(mutex);
            while (!isOver) {
                if (!makeSome(lock))
                    changed.wait(lock);
            }
        });
    }
    std::exception_ptr failure;
    std::unique_lock lock(mutex);
    while (!isOver && (next < count || !tasks.empty())) {
        if (!tasks.empty() && tasks.front().isDone) {
            Task task = std::move(tasks.front());
            tasks.pop_front();
            changed.notify_all();
            lock.unlock();
            try {
                if (task.failure)
                    std::rethrow_exception(task.failure);
                const bool wantsMore
                    = std::ranges::all_of(task.made, [&](Made& made) { return take(std::move(made)); });
                if (!wantsMore)
                    finish();
            } catch (...) {
                failure = std::current_exception();
                finish();
            }
            lock.lock();
        } else if (!makeSome(lock)) {
            changed.wait(lock);
        }
    }
    lock.unlock();
    finish();
    helpers.clear();
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace whyrst
