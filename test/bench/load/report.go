package main

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// work is what was done while the clock ran.
type work struct {
	bytes int64
	times []time.Duration
}

// report is the line of JSON that a run ends with. MB are millions of bytes, MiB are 2^20.
type report struct {
	Workload    string  `json:"workload"`
	Flow        string  `json:"flow,omitempty"`
	Size        int64   `json:"size"`
	Concurrency int     `json:"concurrency"`
	Operations  int     `json:"operations"`
	Bytes       int64   `json:"bytes"`
	Seconds     float64 `json:"seconds"`
	MBPerS      float64 `json:"mb_per_s"`
	OpsPerS     float64 `json:"ops_per_s"`
	P50Ms       float64 `json:"p50_ms"`
	P99Ms       float64 `json:"p99_ms"`

	ServerCPU   float64 `json:"server_cpu_s"`
	MBPerCPUS   float64 `json:"mb_per_cpu_s"`
	OpsPerCPUS  float64 `json:"ops_per_cpu_s"`
	PeakMiB     float64 `json:"server_peak_mib"`
	LastMiB     float64 `json:"server_last_mib"`
	OwnCPU      float64 `json:"generator_cpu_s"`
	OwnCPUShare float64 `json:"generator_cpu_share"` // of one core, while the clock ran
	HelpersCPU  float64 `json:"helpers_cpu_s"`
	OthersShare float64 `json:"others_cpu_share"` // of all cores: what neither the generator nor the server nor its helpers used
}

// measure runs a workload's counted part with the clock and the sampler on.
func (o *options) measure(ctx context.Context, do func(ctx context.Context) (work, error)) (report, error) {
	stop, err := watch(o.pid)
	if err != nil {
		return report{}, err
	}
	helpersBefore := cpuSeconds(families(o.helpers))
	busyBefore, ownBefore, start := busySeconds(), ownCPU(), time.Now()
	done, err := do(ctx)
	elapsed, own := time.Since(start).Seconds(), ownCPU()-ownBefore
	busy, helpers := busySeconds()-busyBefore, cpuSeconds(families(o.helpers))-helpersBefore
	used := stop()
	if err != nil {
		return report{}, err
	}
	slices.Sort(done.times)
	ops := float64(len(done.times))
	mb := float64(done.bytes) / 1e6
	return report{
		Workload: o.workload, Flow: o.flow, Size: o.size, Concurrency: o.concurrency, Operations: len(done.times), Bytes: done.bytes,
		Seconds: round(elapsed), MBPerS: round(mb / elapsed), OpsPerS: round(ops / elapsed),
		P50Ms: quantile(done.times, 0.50), P99Ms: quantile(done.times, 0.99),
		ServerCPU: round(used.cpuSeconds), MBPerCPUS: per(mb, used.cpuSeconds), OpsPerCPUS: per(ops, used.cpuSeconds),
		PeakMiB: mib(used.peakResident), LastMiB: mib(used.lastResident), OwnCPU: round(own), OwnCPUShare: round(own / elapsed),
		HelpersCPU:  round(helpers),
		OthersShare: round(max(0, busy-own-helpers-used.cpuSeconds) / elapsed / float64(runtime.NumCPU())),
	}, nil
}

func (r report) print(to io.Writer) error { return json.NewEncoder(to).Encode(r) }

// quantile reads sorted durations; the result is in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(q*float64(len(sorted)-1))].Microseconds()) / 1000
}

// per is 0 where the divisor is: nothing was sampled, or less than the 10 ms that the kernel counts in.
func per(amount, seconds float64) float64 {
	if seconds <= 0 {
		return 0
	}
	return round(amount / seconds)
}

func mib(bytes int64) float64 { return round(float64(bytes) / (1 << 20)) }

func round(f float64) float64 { return math.Round(f*1000) / 1000 }

// ownCPU is the generator's own use: near one core per core, it would be what is measured.
func ownCPU() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}
