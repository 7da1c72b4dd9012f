package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const octetStream = "application/octet-stream"

// newClient keeps a connection per request in flight. All else is as the standard library has it, and with it the Go clients:
// docker, containerd, podman, crane.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 1024,
		DisableCompression:  true,
		IdleConnTimeout:     90 * time.Second,
	}}
}

// A call is one request and the status that it must be answered with.
type call struct {
	method string
	url    string
	body   io.Reader
	length int64 // of the body; unknownLength sends it chunked
	header map[string]string
	want   int
	sign   func(r *http.Request) // the last to touch the headers; nil: nobody
}

const unknownLength = -1

// ask sends a call and returns the answer, whatever its status, with its body unread.
func (o *options) ask(ctx context.Context, c call) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, c.body)
	if err != nil {
		return nil, err
	}
	if c.body != nil {
		req.ContentLength = c.length
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	if o.authorization != "" {
		req.Header.Set("Authorization", o.authorization)
	}
	if c.sign != nil {
		c.sign(req)
	}
	return o.client.Do(req)
}

// do sends a call and returns the answer with its body unread, or an error with the body's text if the status is another.
func (o *options) do(ctx context.Context, c call) (*http.Response, error) {
	res, err := o.ask(ctx, c)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != c.want {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 2048))
		res.Body.Close()
		return nil, fmt.Errorf("%s %s: %s, not %d: %s", c.method, c.url, res.Status, c.want, text)
	}
	return res, nil
}

// send is do for calls whose answer has no body of interest; it is read, so that the connection serves again.
func (o *options) send(ctx context.Context, c call) (*http.Response, error) {
	res, err := o.do(ctx, c)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res, err
}

func (o *options) blobURL(digest string) string { return o.base + "/v2/" + o.repo + "/blobs/" + digest }

func (o *options) uploadsURL() string { return o.base + "/v2/" + o.repo + "/blobs/uploads/" }

func (o *options) manifestURL(ref string) string {
	return o.base + "/v2/" + o.repo + "/manifests/" + ref
}

// location is where the next step of an upload goes: absolute or relative, as the specification allows both. It is asked as whoever asked before.
func location(res *http.Response) (string, error) {
	value := res.Header.Get("Location")
	if value == "" {
		return "", fmt.Errorf("%s %s: no Location", res.Request.Method, res.Request.URL)
	}
	u, err := res.Request.URL.Parse(value)
	if err != nil {
		return "", err
	}
	// Whoever signs in here does so by the URL, and an absolute Location does not say it again.
	if u.User == nil && u.Host == res.Request.URL.Host {
		u.User = res.Request.URL.User
	}
	return u.String(), nil
}

// withDigest keeps what the Location's query already carries: it may be signed.
func withDigest(location, digest string) string {
	separator := "?"
	if strings.Contains(location, "?") {
		separator = "&"
	}
	return location + separator + "digest=" + url.QueryEscape(digest)
}
