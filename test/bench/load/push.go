package main

import (
	"context"
	"io"
	"net/http"
)

// push uploads n blobs, none of which the registry should have had before.
func push(ctx context.Context, o *options) (report, error) {
	all := o.toPush()
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, err := each(ctx, o.concurrency, o.count, func(ctx context.Context, i int) error {
			return o.pushBlob(ctx, all[i])
		})
		return work{bytes: o.size * int64(o.count), times: times}, err
	})
}

// toPush are the n blobs. Their digests are computed while they are pushed, as clients do that compress a layer on the way, unless -prehash.
func (o *options) toPush() []blob {
	all := makeBlobs(o.seed, o.count, o.size)
	if o.prehash {
		return hashed(all)
	}
	return all
}

// pushBlob uploads as docker, podman and buildah do (docker), as containerd and crane do (put), or in one request (post).
func (o *options) pushBlob(ctx context.Context, b blob) error {
	b = b.hashed()
	if o.flow == "post" {
		return o.close(ctx, call{method: http.MethodPost, url: withDigest(o.uploadsURL(), b.digest), body: b.reader(), length: b.size})
	}
	at, err := o.startUpload(ctx, b)
	if err != nil {
		return err
	}
	if o.flow == "put" {
		return o.close(ctx, call{method: http.MethodPut, url: withDigest(at, b.digest), body: b.reader(), length: b.size})
	}
	at, err = o.patch(ctx, at, b.reader(), unknownLength, nil)
	if err != nil {
		return err
	}
	return o.close(ctx, call{method: http.MethodPut, url: withDigest(at, b.digest)})
}

// startUpload asks whether the blob is there, as clients do, and opens an upload.
func (o *options) startUpload(ctx context.Context, b blob) (string, error) {
	if _, err := o.send(ctx, call{method: http.MethodHead, url: o.blobURL(b.digest), want: http.StatusNotFound}); err != nil {
		return "", err
	}
	res, err := o.send(ctx, call{method: http.MethodPost, url: o.uploadsURL(), want: http.StatusAccepted})
	if err != nil {
		return "", err
	}
	return location(res)
}

func (o *options) patch(ctx context.Context, at string, body io.Reader, length int64, header map[string]string) (string, error) {
	headers := map[string]string{"Content-Type": octetStream}
	for name, value := range header {
		headers[name] = value
	}
	res, err := o.send(ctx, call{method: http.MethodPatch, url: at, body: body, length: length, header: headers, want: http.StatusAccepted})
	if err != nil {
		return "", err
	}
	return location(res)
}

// close sends the request that ends an upload.
func (o *options) close(ctx context.Context, c call) error {
	c.header = map[string]string{"Content-Type": octetStream}
	c.want = http.StatusCreated
	_, err := o.send(ctx, c)
	return err
}
