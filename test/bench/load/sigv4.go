package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"net/http"
	"slices"
	"strings"
	"time"
)

// unsignedPayload stands for a body that the signature does not cover.
const unsignedPayload = "UNSIGNED-PAYLOAD"

type credentials struct {
	accessKey string
	secretKey string
	region    string
}

func (c *credentials) flags(f *flag.FlagSet) {
	f.StringVar(&c.accessKey, "access-key", "", "whose requests to the S3 server they are")
	f.StringVar(&c.secretKey, "secret-key", "", "what signs them")
	f.StringVar(&c.region, "region", "us-east-1", "the region that they are signed for")
}

// sign adds the headers of Signature Version 4 for S3.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
func (c credentials) sign(r *http.Request, payload string, at time.Time) {
	stamp := at.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Amz-Date", stamp)
	r.Header.Set("X-Amz-Content-Sha256", payload)
	names, lines := signedHeaders(r)
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), query, lines, names, payload}, "\n")
	scope := []string{stamp[:8], c.region, "s3", "aws4_request"}
	key := []byte("AWS4" + c.secretKey)
	for _, part := range scope {
		key = hmacOf(key, part)
	}
	sum := sha256.Sum256([]byte(canonical))
	within := strings.Join(scope, "/")
	signature := hmacOf(key, strings.Join([]string{"AWS4-HMAC-SHA256", stamp, within, hex.EncodeToString(sum[:])}, "\n"))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c.accessKey+"/"+within+
		",SignedHeaders="+names+",Signature="+hex.EncodeToString(signature))
}

// signedHeaders are the names, and a line for each header: all that are set, and the host.
func signedHeaders(r *http.Request) (names, lines string) {
	values := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		values[strings.ToLower(name)] = strings.TrimSpace(r.Header.Get(name))
	}
	var sorted []string
	for name := range values {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	var all strings.Builder
	for _, name := range sorted {
		all.WriteString(name + ":" + values[name] + "\n")
	}
	return strings.Join(sorted, ";"), all.String()
}

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text)) // never fails, as its documentation says
	return h.Sum(nil)
}
