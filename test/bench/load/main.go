// Loadgen drives any OCI registry over its public HTTP API and prints one JSON line per run.
//
//	loadgen push     -url http://127.0.0.1:5000 -repo a/b -n 8 -size 67108864 -c 2 -flow docker|put|post -pid 123
//	loadgen chunked  -url … -repo a/b -n 4 -size 10485760 -chunk 1048576 -c 2 -pid 123
//	loadgen pull     -url … -repo a/b -n 8 -size 67108864 -c 2 -rounds 3 -verify -pid 123
//	loadgen image    -url … -repo a/b -ref latest -layers 5 -size 10485760 -pid 123
//	loadgen manifest -url … -repo a/b -ref latest -c 16 -duration 5s -pid 123
//	loadgen idle     -pid 123 -duration 2s
//	loadgen s3       -url http://127.0.0.1:9000 -bucket b -access-key … -secret-key … -n 8 -size 67108864 -c 2 -pid 123
//	loadgen proxy    -to http://127.0.0.1:9000 -latency 20ms
//	loadgen relay    -to http://127.0.0.1:9000 -bucket b -access-key … -secret-key …
//
// With -pid, the CPU seconds and the peak resident memory of that process and all that it started are sampled from /proc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// A workload does what it must before the clock starts, then calls o.measure around what counts.
type workload func(ctx context.Context, o *options) (report, error)

var workloads = map[string]workload{
	"push":     push,
	"chunked":  pushChunked,
	"pull":     pull,
	"image":    image,
	"manifest": manifest,
	"idle":     idle,
	"s3":       s3,
}

// A server stands beside what is measured until it is interrupted.
type server func(ctx context.Context, args []string, out io.Writer) error

var servers = map[string]server{
	"proxy": proxy,
	"relay": relay,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "loadgen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && servers[args[0]] != nil {
		return servers[args[0]](ctx, args[1:], os.Stdout)
	}
	if len(args) == 0 || workloads[args[0]] == nil {
		return fmt.Errorf("usage: loadgen %s [flags], and -h after one of them", strings.Join(names(), "|"))
	}
	o, err := parse(args[0], args[1:])
	if err != nil {
		return err
	}
	result, err := workloads[args[0]](ctx, o)
	if err != nil {
		return err
	}
	return result.print(os.Stdout)
}

func names() []string {
	return slices.Concat(slices.Sorted(maps.Keys(workloads)), slices.Sorted(maps.Keys(servers)))
}
