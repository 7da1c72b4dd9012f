package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
)

// relay stands where a registry would, until it is interrupted, and does only what none can leave out: it takes a layer, computes its digest
// and passes it on, in one PutObject. It checks no name, remembers nothing, writes no link, sends nothing a second time, and takes the flow put alone.
func relay(ctx context.Context, args []string, out io.Writer) error {
	store := &options{client: newClient()}
	f := flag.NewFlagSet("relay", flag.ContinueOnError)
	listen := f.String("listen", "127.0.0.1:0", "the address; port 0: any that is free")
	f.StringVar(&store.base, "to", "http://127.0.0.1:9000", "the S3 server")
	f.StringVar(&store.bucket, "bucket", "", "where the objects go")
	store.keys.flags(f)
	if err := f.Parse(args); err != nil {
		return err
	}
	if store.bucket == "" {
		return errors.New("relay needs -bucket")
	}
	return serve(ctx, *listen, relayTo{store}, out)
}

type relayTo struct{ *options }

func (t relayTo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		w.WriteHeader(http.StatusOK)
	case http.MethodHead:
		w.WriteHeader(http.StatusNotFound)
	case http.MethodPost:
		w.Header().Set("Location", r.URL.Path+"upload")
		w.WriteHeader(http.StatusAccepted)
	case http.MethodPut:
		if err := t.put(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusCreated)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (t relayTo) put(r *http.Request) error {
	digest := r.URL.Query().Get("digest")
	sum := sha256.New()
	res, err := t.ask(r.Context(), t.putCall(digest, io.TeeReader(r.Body, sum), r.ContentLength))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the store answered %s", res.Status)
	}
	if computed := "sha256:" + hex.EncodeToString(sum.Sum(nil)); computed != digest {
		return fmt.Errorf("the digest is %s, not %s", computed, digest)
	}
	return nil
}
