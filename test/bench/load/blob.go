package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
)

const (
	// headerSize is the length of what makes each blob unlike every other.
	headerSize = 16
	// noiseLimit bounds what the generator holds, however much it sends. It is more than a processor's caches keep:
	// the layers that a client pushes come from cold memory too, and bytes read from a cache make every registry look faster than it is.
	noiseLimit = 256 << 20
)

// A blob is content that the same seed, index and size always give again.
type blob struct {
	seed   uint64
	index  int
	size   int64
	noise  []byte
	digest string // empty until it is asked for
}

// makeBlobs makes the n blobs of a seed: a header of their own, then random bytes that nothing on the way to the disk can make smaller.
func makeBlobs(seed uint64, n int, size int64) []blob {
	noise := make([]byte, min(noiseLimit, int64(n)*size))
	_, _ = rand.NewChaCha8([32]byte{'n', 'o', 'i', 's', 'e'}).Read(noise) // never fails, as its documentation says
	all := make([]blob, n)
	for i := range all {
		all[i] = blob{seed: seed, index: i, size: size, noise: noise}
	}
	return all
}

// hashed computes the digests of all before anything is measured.
func hashed(all []blob) []blob {
	for i := range all {
		all[i] = all[i].hashed()
	}
	return all
}

// hashed is the blob with its digest, computed unless it is known.
func (b blob) hashed() blob {
	if b.digest == "" {
		h := sha256.New()
		_, _ = io.Copy(h, b.reader()) // neither side can fail
		b.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	}
	return b
}

func (b blob) reader() *blobReader { return &blobReader{blob: b} }

// blobReader gives the header, then the noise from where this blob's part of it begins, over and over.
type blobReader struct {
	blob blob
	at   int64
}

func (r *blobReader) Read(p []byte) (int, error) {
	b := r.blob
	if r.at >= b.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), b.size-r.at)]
	var n int
	if r.at < headerSize {
		var header [headerSize]byte
		binary.BigEndian.PutUint64(header[:8], b.seed)
		binary.BigEndian.PutUint64(header[8:], uint64(b.index))
		n = copy(p, header[r.at:])
	} else {
		// Shorter noise is the beginning of longer noise, and is never read past its end: a blob is the same among any number.
		n = copy(p, b.noise[(int64(b.index)*b.size+r.at)%noiseLimit:])
	}
	r.at += int64(n)
	return n, nil
}
