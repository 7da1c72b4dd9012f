package main

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"
)

func TestABlobIsTheSameAmongAnyNumber(t *testing.T) {
	few, many := makeBlobs(7, 2, 5000), makeBlobs(7, 40, 5000)
	for i := range few {
		if few[i].hashed().digest != many[i].hashed().digest {
			t.Errorf("blob %d differs", i)
		}
	}
}

func TestEveryBlobDiffersFromEveryOther(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for _, b := range hashed(makeBlobs(seed, 20, headerSize)) {
			if seen[b.digest] {
				t.Errorf("seed %d, index %d: seen before", b.seed, b.index)
			}
			seen[b.digest] = true
		}
	}
}

func TestABlobReadsAlikeInPiecesOfAnySize(t *testing.T) {
	b := makeBlobs(1, 3, 70_000)[2]
	whole, err := io.ReadAll(b.reader())
	if err != nil || int64(len(whole)) != b.size {
		t.Fatalf("%d bytes, %v", len(whole), err)
	}
	for name, reader := range map[string]io.Reader{"one byte": iotest.OneByteReader(b.reader()), "halves": iotest.HalfReader(b.reader())} {
		if got, err := io.ReadAll(reader); err != nil || !bytes.Equal(got, whole) {
			t.Errorf("%s: differs, %v", name, err)
		}
	}
}

func TestNoiseThatWrapsAroundStillFillsTheBlob(t *testing.T) {
	b := blob{seed: 1, index: 1, size: noiseLimit - 100, noise: make([]byte, noiseLimit)}
	if n, err := io.Copy(io.Discard, b.reader()); err != nil || n != b.size {
		t.Errorf("%d bytes, %v", n, err)
	}
}
