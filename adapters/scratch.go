package adapters

import "context"

// Scratcher is a Conn that can make an empty place for relations which nobody
// else sees and which is gone with the session at the latest.
type Scratcher interface {
	// Scratch makes the place, anew if there is one of that name, and returns a
	// schema in it. Further schemas can be made beside it.
	Scratch(ctx context.Context, name string) (Namespace, error)
	// DropScratch removes the place of that name. It works after ctx was
	// cancelled.
	DropScratch(ctx context.Context, name string) error
}
