package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// pushChunked uploads n blobs in chunks of a known length with Content-Range, as regclient and the .NET SDK do.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
func pushChunked(ctx context.Context, o *options) (report, error) {
	o.flow = "chunked"
	all := o.toPush()
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, err := each(ctx, o.concurrency, o.count, func(ctx context.Context, i int) error {
			return o.pushInChunks(ctx, all[i])
		})
		return work{bytes: o.size * int64(o.count), times: times}, err
	})
}

func (o *options) pushInChunks(ctx context.Context, b blob) error {
	b = b.hashed()
	at, err := o.startUpload(ctx, b)
	if err != nil {
		return err
	}
	body := b.reader()
	for from := int64(0); from < b.size; from += o.chunk {
		length := min(o.chunk, b.size-from)
		chunkRange := map[string]string{"Content-Range": fmt.Sprintf("%d-%d", from, from+length-1)}
		at, err = o.patch(ctx, at, io.LimitReader(body, length), length, chunkRange)
		if err != nil {
			return err
		}
	}
	return o.close(ctx, call{method: http.MethodPut, url: withDigest(at, b.digest)})
}
