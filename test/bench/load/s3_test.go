package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestObjectsAreSignedAndNamedForTheirDigests(t *testing.T) {
	var right, wrong atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signed := strings.Contains(r.Header.Get("Authorization"), "Credential=key/") && strings.Contains(r.Header.Get("Authorization"), "/there/s3/")
		if r.Method == http.MethodPut && r.ContentLength == 1000 && strings.HasPrefix(r.URL.Path, "/images/sha256/") && signed {
			right.Add(1)
			return
		}
		wrong.Add(1)
	}))
	defer server.Close()
	o, err := parse("s3", []string{"-url", server.URL, "-bucket", "images", "-access-key", "key", "-region", "there", "-n", "3", "-size", "1000"})
	if err != nil {
		t.Fatal(err)
	}
	result, err := s3(context.Background(), o)
	if err != nil || result.Bytes != 3000 || right.Load() != 3 || wrong.Load() != 0 {
		t.Errorf("%+v, %v: %d right, %d wrong", result, err, right.Load(), wrong.Load())
	}
}

func TestObjectsNeedABucket(t *testing.T) {
	o, err := parse("s3", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s3(context.Background(), o); err == nil {
		t.Error("no error")
	}
}
