package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// countsPath is no bucket's: their names have three characters at least.
const countsPath = "/-/counts"

// proxy stands before an S3 server until it is interrupted. It prints its address, as one line of JSON, adds latency to each request as a
// store that is not on the same machine would, and answers countsPath with how many there were since it was last asked, by operation.
func proxy(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("proxy", flag.ContinueOnError)
	listen := f.String("listen", "127.0.0.1:0", "the address; port 0: any that is free")
	to := f.String("to", "http://127.0.0.1:9000", "the S3 server")
	latency := f.Duration("latency", 0, "added to each request before the server hears of it")
	if err := f.Parse(args); err != nil {
		return err
	}
	target, err := url.Parse(*to)
	if err != nil {
		return err
	}
	return serve(ctx, *listen, proxyHandler(target, *latency), out)
}

func proxyHandler(target *url.URL, latency time.Duration) http.Handler {
	counts := &counter{}
	pass := &httputil.ReverseProxy{
		// The Host stays what the client sent: its signature covers it.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host
		},
		FlushInterval: -1,
		Transport:     newClient().Transport,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == countsPath {
			_ = json.NewEncoder(w).Encode(counts.take()) // who asked and has gone needs no answer
			return
		}
		counts.add(operationOf(r))
		time.Sleep(latency)
		pass.ServeHTTP(w, r)
	})
}
