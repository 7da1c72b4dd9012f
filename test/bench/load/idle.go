package main

import (
	"context"
	"errors"
	"time"
)

// idle sends nothing: what a server costs when nobody asks it.
func idle(ctx context.Context, o *options) (report, error) {
	o.flow = ""
	if o.pid == 0 {
		return report{}, errors.New("idle needs -pid")
	}
	return o.measure(ctx, func(ctx context.Context) (work, error) {
		select {
		case <-ctx.Done():
			return work{}, ctx.Err()
		case <-time.After(o.duration):
			return work{}, nil
		}
	})
}
