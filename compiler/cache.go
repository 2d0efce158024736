package compiler

// cachedNodes are the nodes of a cache, read when they are asked for.
type cachedNodes struct{ ids []string }

func (c *cachedNodes) get(string) *Node { return nil }
