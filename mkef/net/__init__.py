"""The only room with sockets, clocks and awaits."""
