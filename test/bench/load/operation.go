package main

import (
	"net/http"
	"strings"
	"sync"
)

// operationOf is what a request asks of an S3 server, by the API's own names, for those calls that registries make with the bucket in the path.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
func operationOf(r *http.Request) string {
	query, copies := r.URL.Query(), r.Header.Get("X-Amz-Copy-Source") != ""
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	names := map[string]string{}
	switch {
	case key == "" && query.Get("list-type") == "2":
		names["GET"] = "ListObjectsV2"
	case key == "" && query.Has("uploads"):
		names["GET"] = "ListMultipartUploads"
	case key == "":
		names = map[string]string{"GET": "ListObjects", "HEAD": "HeadBucket", "POST": "DeleteObjects"}
	case query.Has("uploadId") && copies:
		names["PUT"] = "UploadPartCopy"
	case query.Has("uploadId"):
		names = map[string]string{"PUT": "UploadPart", "GET": "ListParts", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload"}
	case query.Has("uploads"):
		names["POST"] = "CreateMultipartUpload"
	case copies:
		names["PUT"] = "CopyObject"
	default:
		names = map[string]string{"HEAD": "HeadObject", "GET": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
	}
	if name := names[r.Method]; name != "" {
		return name
	}
	return "Other"
}

// A counter counts by name.
type counter struct {
	lock   sync.Mutex
	counts map[string]int
}

func (c *counter) add(name string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[name]++
}

// take returns what was counted, never nil, and begins anew.
func (c *counter) take() map[string]int {
	c.lock.Lock()
	defer c.lock.Unlock()
	taken := c.counts
	c.counts = map[string]int{}
	if taken == nil {
		return map[string]int{}
	}
	return taken
}
