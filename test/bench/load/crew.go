package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// crew runs a worker several times at once. The first error cancels the others and is the one returned.
func crew(ctx context.Context, size int, worker func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	for range size {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := worker(ctx); err != nil {
				cancel(err)
			}
		}()
	}
	wait.Wait()
	return context.Cause(ctx)
}

// each calls do for 0 … n-1, several at a time, and returns how long each took.
func each(ctx context.Context, concurrency, n int, do func(ctx context.Context, i int) error) ([]time.Duration, error) {
	times := make([]time.Duration, n)
	var next atomic.Int64
	err := crew(ctx, min(concurrency, n), func(ctx context.Context) error {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			start := time.Now()
			if err := do(ctx, i); err != nil {
				return err
			}
			times[i] = time.Since(start)
		}
		return nil
	})
	return times, err
}

// during calls do again and again until the time is over, several at a time; what was begun is finished.
func during(ctx context.Context, limit time.Duration, concurrency int, do func(ctx context.Context) (int64, error)) ([]time.Duration, int64, error) {
	var lock sync.Mutex
	var times []time.Duration
	var bytes int64
	end := time.Now().Add(limit)
	err := crew(ctx, concurrency, func(ctx context.Context) error {
		var mine []time.Duration
		var got int64
		for start := time.Now(); start.Before(end); start = time.Now() {
			n, err := do(ctx)
			if err != nil {
				return err
			}
			got += n
			mine = append(mine, time.Since(start))
		}
		lock.Lock()
		defer lock.Unlock()
		times, bytes = append(times, mine...), bytes+got
		return nil
	})
	return times, bytes, err
}
