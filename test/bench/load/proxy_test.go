package main

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAProxyKeepsTheHostAddsLatencyAndCounts(t *testing.T) {
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Host+" "+r.URL.RequestURI()+" "+string(body))
	}))
	defer store.Close()
	base := start(t, proxy, "-to", store.URL, "-latency", "30ms")

	start := time.Now()
	request, _ := http.NewRequest(http.MethodPut, base+"/images/a%2Fb?partNumber=1&uploadId=x", strings.NewReader("content"))
	host := strings.TrimPrefix(base, "http://")
	if got := read(t, request); got != host+" /images/a%2Fb?partNumber=1&uploadId=x content" {
		t.Errorf("%q", got)
	}
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("only %v", took)
	}
	for _, want := range []map[string]int{{"UploadPart": 1}, {}} {
		request, _ = http.NewRequest(http.MethodGet, base+countsPath, nil)
		var got map[string]int
		if err := json.Unmarshal([]byte(read(t, request)), &got); err != nil || !maps.Equal(got, want) {
			t.Errorf("%v, not %v: %v", got, want, err)
		}
	}
}

func TestRequestsAreNamedForWhatTheyAskOfTheStore(t *testing.T) {
	for line, want := range map[string]string{
		"GET /images?list-type=2&prefix=a":       "ListObjectsV2",
		"GET /images/?prefix=a":                  "ListObjects",
		"GET /images?uploads":                    "ListMultipartUploads",
		"HEAD /images":                           "HeadBucket",
		"POST /images?delete":                    "DeleteObjects",
		"PUT /images":                            "Other",
		"HEAD /images/a/b":                       "HeadObject",
		"GET /images/a":                          "GetObject",
		"PUT /images/a":                          "PutObject",
		"PUT /images/a copies":                   "CopyObject",
		"DELETE /images/a":                       "DeleteObject",
		"POST /images/a?uploads":                 "CreateMultipartUpload",
		"PUT /images/a?partNumber=1&uploadId=x":  "UploadPart",
		"PUT /images/a?uploadId=x copies":        "UploadPartCopy",
		"GET /images/a?uploadId=x":               "ListParts",
		"POST /images/a?uploadId=x":              "CompleteMultipartUpload",
		"DELETE /images/a?uploadId=x":            "AbortMultipartUpload",
		"POST /images/a?partNumber=1&uploadId=x": "CompleteMultipartUpload",
	} {
		words := strings.Fields(line)
		r := httptest.NewRequest(words[0], words[1], nil)
		if len(words) > 2 {
			r.Header.Set("X-Amz-Copy-Source", "/images/b")
		}
		if got := operationOf(r); got != want {
			t.Errorf("%s: %s, not %s", line, got, want)
		}
	}
}
