package main

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// manifest reads one manifest by its tag, over and over, for the given time.
func manifest(ctx context.Context, o *options) (report, error) {
	o.flow = ""
	get := call{method: http.MethodGet, url: o.manifestURL(o.ref), header: map[string]string{"Accept": manifestType}, want: http.StatusOK}
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, bytes, err := during(ctx, o.duration, o.concurrency, func(ctx context.Context) (int64, error) {
			res, err := o.do(ctx, get)
			if err != nil {
				return 0, err
			}
			defer res.Body.Close()
			n, err := io.Copy(io.Discard, res.Body)
			if err == nil && n == 0 {
				err = errors.New("empty manifest")
			}
			return n, err
		})
		return work{bytes: bytes, times: times}, err
	})
}
