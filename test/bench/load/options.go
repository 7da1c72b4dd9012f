package main

import (
	"flag"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// options is what one run is told; every workload reads the part that concerns it.
type options struct {
	workload    string
	base        string
	repo        string
	ref         string
	flow        string
	count       int
	size        int64
	chunk       int64
	concurrency int
	layers      int
	rounds      int
	duration    time.Duration
	seed        uint64
	prehash     bool
	verify      bool
	pid         int
	helpers     []int
	bucket      string
	keys        credentials
	// The header Authorization of each request; empty: what the URL says.
	authorization string

	client *http.Client
}

func parse(name string, args []string) (*options, error) {
	o := &options{workload: name}
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.StringVar(&o.base, "url", "http://127.0.0.1:5000", "the registry, or the S3 server (s3)")
	f.StringVar(&o.repo, "repo", "bench/a", "repository")
	f.StringVar(&o.ref, "ref", "latest", "tag (image, manifest)")
	f.StringVar(&o.flow, "flow", "docker", "docker: HEAD, POST, PATCH of unknown length, PUT; put: HEAD, POST, PUT with the body; post: one POST")
	f.IntVar(&o.count, "n", 16, "blobs (push, chunked, pull, s3)")
	f.Int64Var(&o.size, "size", 1<<20, "bytes per blob")
	f.Int64Var(&o.chunk, "chunk", 1<<20, "bytes per PATCH (chunked)")
	f.IntVar(&o.concurrency, "c", 4, "requests at a time")
	f.IntVar(&o.layers, "layers", 5, "layers (image)")
	f.IntVar(&o.rounds, "rounds", 1, "times that each blob is pulled (pull)")
	f.DurationVar(&o.duration, "duration", 5*time.Second, "how long (manifest, idle)")
	f.Uint64Var(&o.seed, "seed", 1, "another seed, other content")
	f.BoolVar(&o.prehash, "prehash", false, "compute the digests before the clock starts (push, chunked)")
	f.BoolVar(&o.verify, "verify", false, "check the digest of what is pulled: costs the generator CPU (pull)")
	f.StringVar(&o.bucket, "bucket", "", "where the objects go (s3)")
	o.keys.flags(f)
	f.StringVar(&o.authorization, "authorization", "", "the header of that name, such as a token, in place of what the URL says")
	f.IntVar(&o.pid, "pid", 0, "process whose family is sampled; 0: none")
	f.Func("helper", "process whose family works for the server, and is no disturbance; may be repeated", func(text string) error {
		pid, err := strconv.Atoi(text)
		o.helpers = append(o.helpers, pid)
		return err
	})
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	o.base = strings.TrimRight(o.base, "/")
	o.client = newClient()
	return o, o.check(f.Args())
}

func (o *options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.count < 1 || o.concurrency < 1 || o.layers < 1 || o.rounds < 1 || o.chunk < 1:
		return fmt.Errorf("-n, -c, -layers, -rounds and -chunk are at least 1")
	case o.size < headerSize:
		return fmt.Errorf("-size is at least %d: fewer bytes cannot tell the blobs apart", headerSize)
	case o.flow != "docker" && o.flow != "put" && o.flow != "post":
		return fmt.Errorf("unknown flow %q", o.flow)
	}
	return nil
}
