package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestARelayPassesLayersOnUnderTheirDigests(t *testing.T) {
	var right, wrong atomic.Int64
	store := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		size, _ := io.Copy(sum, r.Body)
		signed := strings.Contains(r.Header.Get("Authorization"), "Credential=key/")
		if r.Method == http.MethodPut && size == 100_000 && r.URL.Path == "/images/sha256/"+hex.EncodeToString(sum.Sum(nil)) && signed {
			right.Add(1)
			return
		}
		wrong.Add(1)
	}))
	defer store.Close()
	base := start(t, relay, "-to", store.URL, "-bucket", "images", "-access-key", "key")

	o, err := parse("push", []string{"-url", base, "-flow", "put", "-n", "3", "-size", "100000"})
	if err != nil {
		t.Fatal(err)
	}
	if result, err := push(context.Background(), o); err != nil || result.Bytes != 300_000 || right.Load() != 3 || wrong.Load() != 0 {
		t.Errorf("%+v, %v: %d right, %d wrong", result, err, right.Load(), wrong.Load())
	}
}

func TestARelaySaysWhatWentWrong(t *testing.T) {
	answer := http.StatusOK
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(answer)
	}))
	defer store.Close()
	base := start(t, relay, "-to", store.URL, "-bucket", "images")
	put := func() string {
		request, _ := http.NewRequest(http.MethodPut, base+"/v2/a/blobs/uploads/upload?digest=sha256:abc", strings.NewReader("content"))
		return read(t, request)
	}
	if got := put(); !strings.HasSuffix(got, ", not sha256:abc\n") {
		t.Errorf("%q", got)
	}
	answer = http.StatusServiceUnavailable
	if got := put(); got != "the store answered 503 Service Unavailable\n" {
		t.Errorf("%q", got)
	}
}

func TestARelayNeedsABucket(t *testing.T) {
	if err := relay(context.Background(), nil, io.Discard); err == nil {
		t.Error("no error")
	}
}
