package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// fakeRegistry knows just enough of the API to see whether the generator speaks it: one repository, everything in memory.
type fakeRegistry struct {
	*httptest.Server
	lock     sync.Mutex
	sessions int
	uploads  map[string][]byte // by path; a session's query is signed and must come back
	stored   map[string][]byte // by path of the blob or manifest
	requests []string          // "METHOD content-length"
}

func startFakeRegistry(t *testing.T) *fakeRegistry {
	f := &fakeRegistry{uploads: map[string][]byte{}, stored: map[string][]byte{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeRegistry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.lock.Lock()
	defer f.lock.Unlock()
	f.requests = append(f.requests, fmt.Sprintf("%s %d", r.Method, r.ContentLength))
	upload := strings.Contains(r.URL.Path, "/blobs/uploads/")
	switch {
	case upload && r.Method != http.MethodPost && r.URL.Query().Get("state") != "signed":
		w.WriteHeader(http.StatusBadRequest)
	case upload && r.URL.Query().Has("digest"):
		f.finish(w, r, append(f.uploads[r.URL.Path], body...))
	case upload && r.Method == http.MethodPost:
		f.sessions++
		w.Header().Set("Location", fmt.Sprintf("%s%d?state=signed", r.URL.Path, f.sessions))
		w.WriteHeader(http.StatusAccepted)
	case upload:
		f.patch(w, r, body)
	case r.Method == http.MethodPut:
		f.stored[r.URL.Path] = body
		w.WriteHeader(http.StatusCreated)
	case f.stored[r.URL.Path] == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		_, _ = w.Write(f.stored[r.URL.Path])
	}
}

func (f *fakeRegistry) patch(w http.ResponseWriter, r *http.Request, body []byte) {
	have := f.uploads[r.URL.Path]
	if asked := r.Header.Get("Content-Range"); asked != "" && asked != fmt.Sprintf("%d-%d", len(have), len(have)+len(body)-1) {
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return
	}
	f.uploads[r.URL.Path] = append(have, body...)
	w.Header().Set("Location", f.URL+r.URL.String())
	w.WriteHeader(http.StatusAccepted)
}

func (f *fakeRegistry) finish(w http.ResponseWriter, r *http.Request, content []byte) {
	digest, sum := r.URL.Query().Get("digest"), sha256.Sum256(content)
	if digest != "sha256:"+hex.EncodeToString(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	repo, _, _ := strings.Cut(r.URL.Path, "uploads/")
	f.stored[repo+digest] = content
	w.WriteHeader(http.StatusCreated)
}
