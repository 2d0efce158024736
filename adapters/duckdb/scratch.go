package duckdb

import (
	"context"

	"mdl/adapters"
)

var _ adapters.Scratcher = (*conn)(nil)

// Scratch attaches a database in memory.
func (c *conn) Scratch(ctx context.Context, name string) (adapters.Namespace, error) {
	_, err := c.Exec(ctx, "attach or replace ':memory:' as "+c.adapter.dialect.Quote(name))
	return adapters.Namespace{Database: name, Schema: "main"}, err
}

// DropScratch detaches the database, and with it all that is in it.
func (c *conn) DropScratch(ctx context.Context, name string) error {
	_, err := c.Exec(context.WithoutCancel(ctx), "detach database if exists "+c.adapter.dialect.Quote(name))
	return err
}
