"""What goes over the sockets: `codec` (bytes <-> messages), then one file per kind of peer: `phone`, `control`."""
