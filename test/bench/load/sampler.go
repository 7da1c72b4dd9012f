package main

import (
	"fmt"
	"os"
	"time"
)

const (
	// sampleEvery is often enough to see a peak that lasts.
	sampleEvery = 10 * time.Millisecond
	// familyEvery counts samples: to look for new members reads a file for each thread, which is too much to do every time.
	familyEvery = 10
)

// A usage is what a server's process family cost while it was watched.
type usage struct {
	cpuSeconds   float64
	peakResident int64
	lastResident int64
}

// watch samples the family of pid until the returned function is called, which says what was seen.
func watch(pid int) (func() usage, error) {
	if pid == 0 {
		return func() usage { return usage{} }, nil
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d/stat", pid)); err != nil {
		return nil, fmt.Errorf("no process %d to sample: %w", pid, err)
	}
	before := cpuSeconds(family(pid))
	stop, done := make(chan struct{}), make(chan usage)
	go func() {
		ticker := time.NewTicker(sampleEvery)
		defer ticker.Stop()
		var seen usage
		var pids []int
		for n := 0; ; n++ {
			if n%familyEvery == 0 {
				pids = family(pid)
			}
			seen.lastResident = residentBytes(pids)
			seen.peakResident = max(seen.peakResident, seen.lastResident)
			select {
			case <-ticker.C:
			case <-stop:
				seen.cpuSeconds = cpuSeconds(family(pid)) - before
				done <- seen
				return
			}
		}
	}()
	return func() usage { close(stop); return <-done }, nil
}
