package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// s3 puts n blobs straight into a bucket, one PutObject each: no registry that keeps its blobs there can take them faster.
// As in a push, each digest is computed on the way, since a client has to; the server is not made to compute it again.
func s3(ctx context.Context, o *options) (report, error) {
	o.flow = ""
	if o.bucket == "" {
		return report{}, errors.New("s3 needs -bucket")
	}
	all := o.toPush()
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, err := each(ctx, o.concurrency, o.count, func(ctx context.Context, i int) error {
			return o.putObject(ctx, all[i])
		})
		return work{bytes: o.size * int64(o.count), times: times}, err
	})
}

func (o *options) putObject(ctx context.Context, b blob) error {
	b = b.hashed()
	_, err := o.send(ctx, o.putCall(b.digest, b.reader(), b.size))
	return err
}

// putCall is the PutObject of a blob, by its digest; the body is left out of the signature.
func (o *options) putCall(digest string, body io.Reader, length int64) call {
	return call{
		method: http.MethodPut,
		url:    o.base + "/" + o.bucket + "/" + strings.ReplaceAll(digest, ":", "/"),
		body:   body, length: length,
		want: http.StatusOK,
		sign: func(r *http.Request) { o.keys.sign(r, unsignedPayload, time.Now()) },
	}
}
