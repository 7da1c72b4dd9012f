package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// readBuffer is what io.Copy takes, and with it the Go clients that write a layer to a file.
const readBuffer = 32 << 10

var readBuffers = sync.Pool{New: func() any { b := make([]byte, readBuffer); return &b }}

// discard has no ReadFrom, so that io.CopyBuffer uses the buffer that it is given: io.Discard reads 8 KiB at a time.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// pull downloads the blobs that push has uploaded with the same seed, count and size.
func pull(ctx context.Context, o *options) (report, error) {
	o.flow = ""
	all := hashed(makeBlobs(o.seed, o.count, o.size))
	total := o.count * o.rounds
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, err := each(ctx, o.concurrency, total, func(ctx context.Context, i int) error {
			return o.pullBlob(ctx, all[i%o.count])
		})
		return work{bytes: o.size * int64(total), times: times}, err
	})
}

func (o *options) pullBlob(ctx context.Context, b blob) error {
	res, err := o.do(ctx, call{method: http.MethodGet, url: o.blobURL(b.digest), want: http.StatusOK})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var to io.Writer = discard{}
	hash := sha256.New()
	if o.verify {
		to = hash
	}
	buffer := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buffer)
	n, err := io.CopyBuffer(to, res.Body, *buffer)
	if err != nil {
		return err
	}
	if n != b.size {
		return fmt.Errorf("GET %s: %d bytes, not %d", b.digest, n, b.size)
	}
	if got := "sha256:" + hex.EncodeToString(hash.Sum(nil)); o.verify && got != b.digest {
		return fmt.Errorf("GET %s: the bytes are %s", b.digest, got)
	}
	return nil
}
