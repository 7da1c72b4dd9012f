package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// The size of a small image's configuration.
const configSize = 1 << 10

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

type imageManifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

// image pushes one whole image: its layers and configuration at once, as clients do, then its manifest under -ref.
func image(ctx context.Context, o *options) (report, error) {
	layers := hashed(makeBlobs(o.seed, o.layers, o.size))
	config := makeBlobs(^o.seed, 1, configSize)[0].hashed()
	body, err := json.Marshal(manifestOf(config, layers))
	if err != nil {
		return report{}, fmt.Errorf("manifest: %w", err)
	}
	parts := append(layers, config)
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		times, err := each(ctx, o.concurrency, len(parts), func(ctx context.Context, i int) error {
			return o.pushBlob(ctx, parts[i])
		})
		if err != nil {
			return work{}, err
		}
		_, err = o.send(ctx, call{method: http.MethodPut, url: o.manifestURL(o.ref), body: bytes.NewReader(body), length: int64(len(body)),
			header: map[string]string{"Content-Type": manifestType}, want: http.StatusCreated})
		return work{bytes: o.size*int64(o.layers) + configSize + int64(len(body)), times: times}, err
	})
}

func manifestOf(config blob, layers []blob) imageManifest {
	m := imageManifest{SchemaVersion: 2, MediaType: manifestType, Config: describe(configType, config)}
	for _, layer := range layers {
		m.Layers = append(m.Layers, describe(layerType, layer))
	}
	return m
}

func describe(mediaType string, b blob) descriptor {
	return descriptor{MediaType: mediaType, Digest: b.digest, Size: b.size}
}
